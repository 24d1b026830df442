using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>The keys of the policy, and how it is read.</summary>
internal static class PolicyKeys
{
    public static readonly ValueKey<CommitPolicy> Commit =
        new("commit", Kinds.Choice(("strict", CommitPolicy.Strict), ("permissive", CommitPolicy.Permissive)),
        "What decoders check before they commit.", "strict");

    public static readonly ValueKey<UnclaimedPolicy> Unclaimed = new("unclaimed",
        Kinds.Choice(("poison", UnclaimedPolicy.Poison), ("all-ones", UnclaimedPolicy.AllOnes), ("error", UnclaimedPolicy.Error)),
        "How an access completes that no decoder claims.", "poison");

    public static readonly ValueKey<bool> Payloads = new("payloads", Kinds.Boolean, "Memory accesses carry data.", "true");

    public static readonly ValueKey<SimDuration> Timeout =
        new("timeout", Kinds.Duration(SimDuration.FromNanoseconds(100), SimDuration.FromSeconds(1_000)),
        "Time after which a requester gives up on a transaction.", "10ms");

    public static readonly KeyTable Table = new("policy", "Choices that hold for the whole run.", Commit, Unclaimed, Payloads, Timeout);

    public static PolicyModel Read(YamlNode? node, ErrorSink errors)
    {
        if (node is null)
            return new PolicyModel();
        SectionReader section = SectionReader.Open(node, Table, errors);
        return new PolicyModel
        {
            Commit = section.Get(Commit),
            Unclaimed = section.Get(Unclaimed),
            Payloads = section.Get(Payloads),
            Timeout = section.Get(Timeout),
            Position = section.Position,
        };
    }
}
