namespace CxlTopology.Description;

/// <summary>A key that names a host; with one host in the file it may be left out.</summary>
internal static class HostReference
{
    /// <summary>The host; null after a report.</summary>
    /// <param name="section">The section.</param>
    /// <param name="key">The key.</param>
    /// <param name="hosts">The hosts.</param>
    /// <param name="others">What else could be meant there.</param>
    public static HostModel? Read(SectionReader section, ValueKey<string> key, IReadOnlyList<HostModel> hosts, IEnumerable<string>? others = null)
    {
        if (!section.Has(key))
        {
            if (hosts.Count == 1)
                return hosts[0];
            if (hosts.Count > 1)
            {
                section.Problem(DescriptionErrorCode.HostNotNamed, section.Position,
                    $"with several hosts the key {PrintableText.Quote(key.Name)} is needed",
                    $"Write \"{key.Name}: {hosts[0].Name}\".");
            }

            return null;
        }

        if (!section.TryGet(key, out string name))
            return null;
        foreach (HostModel host in hosts)
        {
            if (host.Name == name)
                return host;
        }

        section.Problem(DescriptionErrorCode.UnknownHost, section.PositionOf(key), $"there is no {(others?.Any() == true ? "host or guest" : "host")} {PrintableText.Quote(name)}",
            "Describe it under \"hosts\"." + Suggestion.Among(name, hosts.Select(host => host.Name).Concat(others ?? [])));
        return null;
    }
}
