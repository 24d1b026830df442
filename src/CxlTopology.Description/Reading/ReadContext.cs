namespace CxlTopology.Description;

/// <summary>What the readers of a file share.</summary>
internal sealed class ReadContext(ErrorSink errors, string directory)
{
    private readonly Dictionary<string, (string What, SourcePosition Position)> names = new(StringComparer.Ordinal);

    public ErrorSink Errors { get; } = errors;

    /// <summary>The folder that paths in the file are relative to; empty for the working directory.</summary>
    public string Directory { get; } = directory;

    /// <summary>Links take from here what they do not say.</summary>
    public LinkModel LinkDefaults { get; set; } = new();

    /// <summary>Endpoints take from here what they do not say.</summary>
    public EndpointDefaults EndpointDefaults { get; set; } = new();

    /// <summary>Switches take from here what they do not say.</summary>
    public SwitchDefaults SwitchDefaults { get; set; } = new();

    /// <summary>Registers a host, switch or endpoint; false after a report if the name is taken.</summary>
    public bool Claim(string name, string what, SourcePosition position)
    {
        if (names.TryAdd(name, (what, position)))
            return true;
        (string other, SourcePosition first) = names[name];
        if (what == "switch" && other == "switch")
        {
            Errors.Add(DescriptionErrorCode.SwitchUsedTwice, position, $"the switch {PrintableText.Quote(name)} is already used at {first}",
                "A switch has one upstream port: give each its own name.");
        }
        else
        {
            Errors.Add(DescriptionErrorCode.DuplicateName, position,
                $"the {what} {PrintableText.Quote(name)} has the name of the {other} at {first}",
                "Hosts, switches and endpoints have different names.");
        }

        return false;
    }
}
