using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The component registers that a guest reads and writes in the device itself: those of its errors (RAS). Their header log is not shown, and when the device is given back they are as they were.</summary>
/// <remarks>The header log has the headers of requests, and so host addresses, and outlives resets. Capabilities that route for the host (BI decoder, cache-id decoder) can be read, but writes to them are dropped; as posted they reach the device.</remarks>
internal sealed class PassedRegisters
{
    private const ulong Array = 0x1000;
    private const ulong ArrayEnd = 0x2000;
    private const int RasLength = 0x58;
    private readonly IMmioBus mmio;
    private readonly ulong block;
    private readonly ulong ras; // in the block; 0 without
    private readonly uint[] found = new uint[Controls.Length];

    private PassedRegisters(IMmioBus mmio, ulong block, ulong ras) => (this.mmio, this.block, this.ras) = (mmio, block, ras);

    // Masks and severities; the status registers are cleared, not restored.
    private static ReadOnlySpan<int> Controls => [0x04, 0x08, 0x10];

    /// <summary>Finds them, and notes what they say.</summary>
    /// <param name="mmio">How they are reached.</param>
    /// <param name="block">Where the component registers are.</param>
    /// <param name="owed">What the one before could not put back; null for nothing.</param>
    public static async Task<PassedRegisters> Take(IMmioBus mmio, ulong block, uint[]? owed)
    {
        ulong ras = 0;
        uint head = (uint)await mmio.ReadMmio(block + Array);
        for (uint i = 1; ras == 0 && head != uint.MaxValue && i <= head >> 24; i++)
        {
            uint entry = (uint)await mmio.ReadMmio(block + Array + 4 * i);
            if ((entry & 0xFFFF) == (uint)ComponentCapabilityId.Ras)
                ras = Array + (entry >> 20);
        }

        var passed = new PassedRegisters(mmio, block, ras);
        await passed.ClearErrors();
        for (int i = 0; owed is not null && ras != 0 && i < Controls.Length; i++)
            await mmio.WriteMmio(block + ras + (ulong)Controls[i], owed[i]);
        for (int i = 0; ras != 0 && i < Controls.Length; i++)
            passed.found[i] = (uint)await mmio.ReadMmio(block + ras + (ulong)Controls[i]);
        return passed;
    }

    /// <summary>Whether an offset in the block is of the header log, which reads 0.</summary>
    public bool IsHidden(ulong at) => ras != 0 && at - ras is >= RasRegisters.HeaderLogOffset and < RasLength;

    /// <summary>Whether a write at an offset in the block reaches the device.</summary>
    public bool IsWritable(ulong at) => at is < Array or >= ArrayEnd || (ras != 0 && at - ras < RasRegisters.HeaderLogOffset);

    /// <summary>Clears the errors, and puts back what was found.</summary>
    /// <returns>What could not be put back, as the device does not answer; null if it could.</returns>
    public async Task<uint[]?> GiveBack()
    {
        if (ras == 0)
            return null;
        if ((uint)await mmio.ReadMmio(block + Array) == uint.MaxValue)
            return found.Contains(uint.MaxValue) ? null : found;
        await ClearErrors();
        for (int i = 0; i < Controls.Length; i++)
        {
            if ((uint)await mmio.ReadMmio(block + ras + (ulong)Controls[i]) != found[i])
                await mmio.WriteMmio(block + ras + (ulong)Controls[i], found[i]);
        }

        return null;
    }

    private async Task ClearErrors()
    {
        foreach (int status in ras == 0 ? [] : (int[])[RasRegisters.UncorrectableOffset, RasRegisters.CorrectableOffset])
        {
            if ((uint)await mmio.ReadMmio(block + ras + (ulong)status) is var errors and not (0 or uint.MaxValue))
                await mmio.WriteMmio(block + ras + (ulong)status, errors); // a 1 clears
        }
    }
}
