using System.Globalization;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Makes the register writes of firmware one after the other, over the fabric, and looks whether decoders commit.</summary>
/// <param name="program">The program that reaches the registers.</param>
/// <param name="problems">Takes what went wrong.</param>
internal sealed class FirmwareWriter(PlatformProgram program, List<FirmwareProblem> problems)
{
    private const uint Committed = 0x400;
    private const uint NotCommitted = 0x800;
    private const int CommitPolls = 10;
    private static readonly SimDuration pollInterval = SimDuration.FromMilliseconds(1);

    public async Task Make(IReadOnlyList<FirmwareWrite> writes)
    {
        foreach (FirmwareWrite write in writes)
        {
            if (!await program.Write(write.Node, write.Space, write.Offset, write.Value))
                problems.Add(new FirmwareProblem(write, "the component, or these registers of it, did not answer"));
            else if (write.Commits && await WaitForCommit(write) is { } problem)
                problems.Add(new FirmwareProblem(write, problem));
        }
    }

    private async Task<string?> WaitForCommit(FirmwareWrite write)
    {
        for (int polls = 0; polls <= CommitPolls; polls++)
        {
            if (polls > 0)
                await program.Wait(pollInterval);
            uint control = await program.Read(write.Node, write.Space, write.Offset);
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
