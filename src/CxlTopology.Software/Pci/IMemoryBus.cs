using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Memory, as software reaches it: loads and stores of host addresses that travel as memory transactions.</summary>
public interface IMemoryBus
{
    /// <summary>Reads 1 to 64 bytes that do not cross a 64-byte line.</summary>
    /// <param name="address">Host address.</param>
    /// <param name="into">Takes the bytes; what it holds after an access that was not <see cref="AccessStatus.Ok"/> is what the hardware answered (all ones, zeros).</param>
    /// <returns>How the transaction was completed.</returns>
    Task<AccessStatus> ReadMemory(ulong address, Memory<byte> into);

    /// <summary>Writes 1 to 64 bytes that do not cross a 64-byte line.</summary>
    /// <returns>How the transaction was completed.</returns>
    Task<AccessStatus> WriteMemory(ulong address, ReadOnlyMemory<byte> data);

    /// <summary>Overwrites a range with zeros. Line after line by default; a bus may have quicker ways.</summary>
    /// <param name="address">Host address, a multiple of 64.</param>
    /// <param name="bytes">How many bytes, a multiple of 64.</param>
    /// <returns>How the first write was completed that was not <see cref="AccessStatus.Ok"/>: then the rest is not overwritten. Else Ok.</returns>
    async Task<AccessStatus> ClearMemory(ulong address, ulong bytes)
    {
        const int LineBytes = 64;
        var zeros = new byte[LineBytes];
        for (ulong at = 0; at < bytes; at += LineBytes)
        {
            if (await WriteMemory(address + at, zeros) is var status and not AccessStatus.Ok)
                return status;
        }

        return AccessStatus.Ok;
    }
}
