namespace CxlTopology.Description;

/// <summary>Credits of a link, one count a message class: 1 to 4096, 128 by default.</summary>
public sealed record CreditsModel
{
    /// <summary>Requests without data, master to subordinate.</summary>
    public int Req { get; init; } = 128;

    /// <summary>Requests with data, master to subordinate.</summary>
    public int Rwd { get; init; } = 128;

    /// <summary>Responses without data, subordinate to master.</summary>
    public int Ndr { get; init; } = 128;

    /// <summary>Responses with data, subordinate to master.</summary>
    public int Drs { get; init; } = 128;

    /// <summary>Where the credits stand in the file; 0:0 if they are defaults.</summary>
    public SourcePosition Position { get; init; }
}
