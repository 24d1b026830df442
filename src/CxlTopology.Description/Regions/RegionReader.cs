using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads regions up to the point where they need an address.</summary>
internal sealed class RegionReader(
    IReadOnlyList<HostModel> hosts, IReadOnlyList<EndpointModel> endpoints, Attachment attachment, ErrorSink errors)
{
    /// <summary>Regions of a file.</summary>
    public const int RegionsMax = 65_536;

    private readonly Lazy<Dictionary<string, EndpointModel>> byName = new(() => Attachment.Index(endpoints));

    /// <summary>Reads one region; null if an error leaves nothing to place.</summary>
    public RegionDraft? Read(YamlScalar key, YamlNode value)
    {
        int before = errors.Count;
        SectionReader section = SectionReader.Open(value, RegionKeys.Table, errors);
        HostModel? host = HostReference.Read(section, RegionKeys.Host, hosts);
        WindowModel? window = host is null ? null : ReadWindow(section, host);
        List<(EndpointModel Endpoint, SourcePosition Position)> members = ReadEndpoints(section, host, window);
        bool sized = section.TryGet(RegionKeys.Size, out ByteSize size);
        bool based = section.TryGet(RegionKeys.Base, out Hpa address);
        RegionMemory memory = section.Get(RegionKeys.Memory);
        int granularity = section.Get(RegionKeys.Granularity, window?.Granularity ?? 256);
        if (sized && section.Find(RegionKeys.Endpoints) is YamlSequence list
            && size.Bytes % (Kinds.Quarter * (ulong)Math.Max(1, list.Items.Count)) != 0)
        {
            ulong step = Kinds.Quarter * (ulong)list.Items.Count;
            section.Problem(DescriptionErrorCode.RegionSize, section.PositionOf(RegionKeys.Size),
                string.Create(CultureInfo.InvariantCulture,
                    $"the size {size} is not a multiple of 256 MiB times the {list.Items.Count} endpoints"),
                size.Bytes < step ? $"The smallest is {new ByteSize(step)}."
                    : $"The nearest below is {new ByteSize(size.Bytes - (size.Bytes % step))}.");
        }

        if (window is { Ways: > 1 } && granularity != window.Granularity)
        {
            section.Problem(DescriptionErrorCode.RegionGranularity, section.PositionOf(RegionKeys.Granularity),
                $"the region's granularity, {new ByteSize((ulong)granularity)}, is not that of its window, "
                    + $"{new ByteSize((ulong)window.Granularity)}",
                "A window over several host bridges fixes the granularity of its regions.");
        }

        // A draft with an error of its own would only draw more of them.
        if (errors.Count > before || host is null || window is null || members.Count == 0)
            return null;
        return new RegionDraft
        {
            Name = key.Text,
            Host = host,
            Window = window,
            Endpoints = members,
            Granularity = granularity,
            Size = size,
            Base = based ? address : null,
            Memory = memory,
            Position = key.Position,
            EndpointsPosition = section.PositionOf(RegionKeys.Endpoints),
            SizePosition = section.PositionOf(RegionKeys.Size),
            GranularityPosition = section.PositionOf(RegionKeys.Granularity),
            BasePosition = section.PositionOf(RegionKeys.Base),
        };
    }

    private static WindowModel? ReadWindow(SectionReader section, HostModel host)
    {
        int index = section.Get(RegionKeys.Window);
        if (index < host.Windows.Count)
            return host.Windows[index];
        section.Problem(DescriptionErrorCode.UnknownWindow, section.PositionOf(RegionKeys.Window),
            string.Create(CultureInfo.InvariantCulture, $"{host.Name} has no window {index}"),
            host.Windows.Count == 0 ? "Give the host a window."
                : string.Create(CultureInfo.InvariantCulture, $"Its windows are 0 to {host.Windows.Count - 1}."));
        return null;
    }

    private List<(EndpointModel Endpoint, SourcePosition Position)> ReadEndpoints(
        SectionReader section, HostModel? host, WindowModel? window)
    {
        List<(EndpointModel Endpoint, SourcePosition Position)> members = [];
        foreach ((string name, SourcePosition position) in section.Values(RegionKeys.Endpoints, Kinds.Name, 4_096))
        {
            if (!byName.Value.TryGetValue(name, out EndpointModel? endpoint))
            {
                section.Problem(DescriptionErrorCode.UnknownEndpoint, position, $"there is no endpoint {PrintableText.Quote(name)}",
                    "Describe it under \"endpoints\"." + Suggestion.Among(name, byName.Value.Keys));
                continue;
            }

            if (members.Exists(member => member.Endpoint.Name == name))
            {
                section.Problem(DescriptionErrorCode.EndpointRepeated, position,
                    $"the endpoint {PrintableText.Quote(name)} is listed twice", "List each endpoint once.");
                continue;
            }

            members.Add((endpoint, position));
            if (host is null || window is null || !attachment.Places.TryGetValue(name, out EndpointPlace? place))
                continue;
            if (place.Host.Name != host.Name || !window.Targets.Contains(place.Bridge.Name))
            {
                section.Problem(DescriptionErrorCode.EndpointNotBelowWindow, position,
                    string.Create(CultureInfo.InvariantCulture,
                        $"{PrintableText.Quote(name)} is below {place.Host.Name}.{place.Bridge.Name}, which is not a target of window "
                            + $"{window.Index} of {host.Name}"),
                    $"The window's targets are {string.Join(", ", window.Targets)}.");
            }
        }

        if (section.Find(RegionKeys.Endpoints) is YamlSequence list && list.Items.Count is not (1 or 2 or 3 or 4 or 6 or 8 or 12 or 16))
        {
            section.Problem(DescriptionErrorCode.RegionWays, list.Position,
                string.Create(CultureInfo.InvariantCulture, $"a region cannot have {list.Items.Count} endpoints"),
                "Use 1, 2, 3, 4, 6, 8, 12 or 16.");
        }

        return members;
    }
}
