using System.Globalization;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>
/// What firmware does at boot: it numbers the PCI buses and places BARs, then writes registers one after the other, over the fabric, and looks whether decoders commit.
/// </summary>
/// <param name="bridges">The host bridges of the host; what is below them is found by enumeration.</param>
/// <param name="writes">The writes, in order.</param>
/// <remarks>An agent of a host. When it has finished it tells the host, which lets workloads start. A commit that stays away for 10 ms, or is refused, is a <see cref="Problems">problem</see>, not an exception.</remarks>
public sealed class FirmwareProgram(IReadOnlyList<PlatformNode> bridges, IReadOnlyList<FirmwareWrite> writes) : PlatformProgram(bridges)
{
    private const uint Committed = 0x400;
    private const uint NotCommitted = 0x800;
    private static readonly SimDuration PollInterval = SimDuration.FromMilliseconds(1);
    private readonly List<FirmwareProblem> problems = [];

    /// <summary>Decoders that did not commit, and components that did not answer.</summary>
    public IReadOnlyList<FirmwareProblem> Problems => problems;

    /// <summary>When it had finished.</summary>
    public SimTime Finished { get; private set; }

    /// <inheritdoc/>
    protected override async Task RunProgramAsync()
    {
        await EnumerateAll();
        foreach (FirmwareWrite write in writes)
        {
            if (!await Write(write.Node, write.Space, write.Offset, write.Value))
                problems.Add(new FirmwareProblem(write, "the component, or these registers of it, did not answer"));
            else if (write.Commits && await WaitForCommit(write) is { } problem)
                problems.Add(new FirmwareProblem(write, problem));
        }

        Finished = Now;
        var booted = new Message { Kind = (byte)MessageKind.Booted, Payload = -1 };
        SendInside(Parent!, ref booted, SimDuration.Zero);
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest) => digest.Add((ulong)problems.Count);

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        to.WriteInt64(Finished.Femtoseconds);
        to.WriteInt32(problems.Count);
        foreach (FirmwareProblem problem in problems)
        {
            to.WriteInt32(Enumerable.Range(0, writes.Count).First(i => ReferenceEquals(writes[i], problem.Write)));
            to.WriteText(problem.What);
        }
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        Finished = new SimTime(from.ReadInt64());
        problems.Clear();
        for (int left = from.ReadCount(writes.Count); left > 0; left--)
            problems.Add(new FirmwareProblem(writes[from.ReadCount(writes.Count - 1)], from.ReadText()));
    }

    private async Task<string?> WaitForCommit(FirmwareWrite write)
    {
        for (int polls = 0; polls <= 10; polls++)
        {
            if (polls > 0)
                await Delay(PollInterval);
            uint control = await Read(write.Node, write.Space, write.Offset);
            if (control == uint.MaxValue)
                return "the component did not answer";
            if ((control & NotCommitted) != 0)
                return string.Create(CultureInfo.InvariantCulture, $"the commit was refused (control reads 0x{control:x8}, Error Not Committed)");
            if ((control & Committed) != 0)
                return null;
        }

        return "the decoder did not commit within 10 ms";
    }
}
