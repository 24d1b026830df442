using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>How a cause for refusing a commit is reached at a level, or why it cannot be.</summary>
/// <param name="Reason">The cause.</param>
/// <param name="Level">Where the decoder is.</param>
/// <param name="Capability">The capability register that the component has for it.</param>
/// <param name="Steps">What is written; only the last is illegal.</param>
/// <param name="Unreachable">Why registers cannot bring it about; null if they can.</param>
internal sealed record IllegalCommit(CommitRefusal Reason, DecoderLevel Level, uint Capability, Step[] Steps, string? Unreachable = null)
{
    private const ulong Quarter = LevelBench.Quarter;
    private const ulong Base = LevelBench.Base;
    private const uint Commit = 0x1200;
    private const uint DeviceCoherent = 0x0200;
    private const uint HostOnlyModel = 2u << 21;
    private const uint DeviceCoherentModel = 1u << 21;
    private const ulong AddressLimit = 1UL << 52;
    private const ulong PortsInOrder = 0x03020100;

    /// <summary>The causes in the order of their codes, each at every level.</summary>
    public static IReadOnlyList<IllegalCommit> All { get; } = [.. Causes.SelectMany(cause => LevelBench.Levels.SelectMany(level => At(cause, level)))];

    /// <summary>All causes there are.</summary>
    public static IEnumerable<CommitRefusal> Causes => Enum.GetValues<CommitRefusal>().Where(r => r != CommitRefusal.None);

    /// <summary>How a cause is reached at a level, in one or several ways.</summary>
    private static IEnumerable<IllegalCommit> At(CommitRefusal cause, DecoderLevel level)
    {
        bool port = LevelBench.IsPort(level);
        uint word = LevelBench.CapabilityOf(level);
        ulong targets = port ? PortsInOrder : 0;

        IllegalCommit Row(uint capability, params Step[] steps) => new(cause, level, capability, steps);
        Step One(ulong size, uint control = Commit, ulong? last = null, ulong first = Base) => new(new Programming(size, control, last ?? targets, first));
        Step Nth(int decoder, ulong size, ulong first, uint control = Commit) => new(new Programming(size, control, targets, first, decoder));
        IllegalCommit Never(string why) => new(cause, level, word, [], why);

        return cause switch
        {
            CommitRefusal.SizeZero => [Row(word, One(0))],
            CommitRefusal.RangeMisaligned => [Never("bits 27:0 of base and size are reserved and read 0")],
            CommitRefusal.RangeTooHigh =>
            [
                Row(word, One(2 * Quarter, first: AddressLimit - Quarter)),
                Row(word, One(Quarter, first: AddressLimit)),
                Row(word, One(2 * Quarter, first: ulong.MaxValue - Quarter + 1)),
            ],
            CommitRefusal.GranularityReserved => [Row(word, One(Quarter, Commit | 7)), Row(word, One(Quarter, Commit | 0xF))],
            CommitRefusal.WaysReserved => [Row(word, One(Quarter, Commit | 0x50)), Row(word, One(Quarter, Commit | 0xB0)), Row(word, One(Quarter, Commit | 0xF0))],
            CommitRefusal.WaysUnsupported =>
            [
                Row(word & ~0x800u, One(3 * Quarter, Commit | 0x80)), Row(word & ~0x800u, One(6 * Quarter, Commit | 0x90)),
                Row(word & ~0x800u, One(12 * Quarter, Commit | 0xA0)), Row(word & ~0x1000u, One(16 * Quarter, Commit | 0x40)),
            ],
            CommitRefusal.GranularityUnsupported =>
            [
                Row(word & ~0x100u, One(2 * Quarter, Commit | 0x10)), Row(word & ~0x200u, One(2 * Quarter, Commit | 0x14)),
                Row(word, One(4 * Quarter, Commit | 0x26)), // address bit 15
            ],
            CommitRefusal.SizeNotDivisible => [Row(word, One(Quarter, Commit | 0x80))],
            CommitRefusal.PreviousNotCommitted =>
            [
                Row(word, Nth(1, Quarter, Base)),
                Row(word, Nth(0, Quarter, Base), new Step(new Programming(0, 0)), Nth(1, Quarter, Base + Quarter)),
                Row(word, new Step(new Programming(0, Commit), Refused: true), Nth(1, Quarter, Base + Quarter)),
            ],
            CommitRefusal.OverlapsPrevious => [Row(word, Nth(0, 2 * Quarter, Base), Nth(1, Quarter, Base + Quarter)), Row(word, Nth(0, Quarter, Base), Nth(1, Quarter, Base - Quarter))],
            CommitRefusal.OverlapsNext =>
                [Row(word, Nth(0, Quarter, Base), Nth(1, Quarter, Base + Quarter), new Step(new Programming(Quarter, 0x1000, targets)), Nth(0, 2 * Quarter, Base))],
            CommitRefusal.TooManyTargets when port =>
            [
                Row(word & ~0xF0u | 0x20, One(4 * Quarter, Commit | 0x20)),
                Row(word & ~0xF0u | 0x10, One(2 * Quarter, Commit | 0x10)),
                Row(word, One(16 * Quarter, Commit | 0x40)),
                Row(word, One(12 * Quarter, Commit | 0xA0)),
            ],
            CommitRefusal.TargetMissing when port => [Row(word, One(Quarter, Commit, 4)), Row(word, One(4 * Quarter, Commit | 0x20, 0x04020100))],
            CommitRefusal.TargetDuplicate when port => [Row(word, One(2 * Quarter, Commit | 0x10, 0x0101)), Row(word, One(4 * Quarter, Commit | 0x20, 0x00020100))],
            CommitRefusal.TooManyTargets or CommitRefusal.TargetMissing or CommitRefusal.TargetDuplicate =>
                [Never("a device has no target list: these registers are its DPA skip")],
            CommitRefusal.DpaOverrun when !port =>
            [
                Row(word, One(LevelBench.Capacity + Quarter)), Row(word, One(Quarter, last: LevelBench.Capacity)),
                Row(word, One(Quarter, last: ulong.MaxValue - Quarter + 1)),
                Row(word, Nth(0, LevelBench.Capacity, Base), Nth(1, Quarter, Base + LevelBench.Capacity)),
            ],
            CommitRefusal.DpaOverrun => [Never("a port has no device memory: these registers are its target list")],
            CommitRefusal.TypeUnsupported => [Row(word | HostOnlyModel, One(Quarter, DeviceCoherent)), Row(word | DeviceCoherentModel, One(Quarter))],
            CommitRefusal.BackInvalidateUnsupported => [Row(word, One(Quarter, Commit | 0x2000))],
            CommitRefusal.UioUnsupported => [Never("the UIO bit is read-only and reads 0")],
            _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "No way to reach it is known."),
        };
    }

    public override string ToString() => $"{Reason} at {Level}";
}
