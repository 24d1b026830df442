using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>What a device does to the host's memory by itself: every access goes through its I/O address space.</summary>
/// <param name="device">The device.</param>
/// <param name="memory">The host's memory for processes.</param>
public sealed class DeviceDma(VfioPciDevice device, HostMemory memory)
{
    private const int LineBytes = 64;
    private const int Command = 0x04;
    private const uint MasterEnable = 4;

    /// <summary>Accesses that were refused: nothing mapped, not allowed, no I/O address space, bus mastering off.</summary>
    public long Faults { get; private set; }

    /// <summary>Reads.</summary>
    /// <returns>False, and all ones, if it was refused.</returns>
    public async Task<bool> Read(ulong iova, Memory<byte> into)
    {
        for (int done = 0; done < into.Length;)
        {
            int bytes = LineOf(iova + (ulong)done, into.Length - done);
            if (await Translate(iova + (ulong)done, bytes, write: false) is not { } at
                || await device.Hardware.Memory.ReadMemory(at, into.Slice(done, bytes)) != AccessStatus.Ok)
            {
                into.Span[done..].Fill(0xFF);
                Faults++;
                return false;
            }

            done += bytes;
        }

        return true;
    }

    /// <summary>Writes.</summary>
    /// <returns>False if it was refused, at some line of it; what lies before is written.</returns>
    public async Task<bool> Write(ulong iova, ReadOnlyMemory<byte> data)
    {
        for (int done = 0; done < data.Length;)
        {
            int bytes = LineOf(iova + (ulong)done, data.Length - done);
            ulong? to = await Translate(iova + (ulong)done, bytes, write: true);
            if (to is { } written)
                memory.MarkDirty(written);
            if (to is not { } at
                || await device.Hardware.Memory.WriteMemory(at, data.Slice(done, bytes)) != AccessStatus.Ok)
            {
                Faults++;
                return false;
            }

            done += bytes;
        }

        return true;
    }

    private async Task<ulong?> Translate(ulong iova, int bytes, bool write)
    {
        if (!device.IsOpen || device.IsRemoved || device.Domain is not { } domain)
            return null;
        if ((await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, Command, 2) & MasterEnable) == 0)
            return null;
        return domain.Translate(iova, (ulong)bytes, write);
    }

    private static int LineOf(ulong at, int left) => (int)Math.Min((ulong)left, LineBytes - at % LineBytes);
}
