using CxlTopology.Simulation;

namespace CxlTopology.Software;

/// <summary>The CXL state of a function that a CXL reset loses, saved to be written back: DVSEC control, BI decoder, HDM global control, committed decoders.</summary>
internal sealed class CxlState
{
    private const int GlobalControl = 4;
    private const uint Lock = 1 << 8;
    private const uint Commit = 1 << 9;
    private const uint Committed = 1 << 10;
    private const uint NotCommitted = 1 << 11;
    private const int CommitPolls = 20;
    private static readonly SimDuration commitPoll = SimDuration.FromMilliseconds(1);
    private static readonly int[] ranges = [CxlDvsec.Range1BaseHigh, CxlDvsec.Range1BaseLow, CxlDvsec.Range2BaseHigh, CxlDvsec.Range2BaseLow];

    // In the order in which they are written: base, size, targets or skip.
    private static readonly ulong[] settings = [0x04, 0x00, 0x0C, 0x08, 0x18, 0x14];
    private readonly PciDevice device;
    private readonly int dvsec;
    private readonly ulong hdm;
    private readonly List<(int Offset, uint Value)> bases = [];
    private readonly List<(ulong At, uint[] Settings, uint Control)> decoders = [];
    private uint control;
    private uint control2;
    private uint globalControl;
    private ulong backInvalidate; // address of its BI decoder; 0 if it was not in force

    private CxlState(PciDevice device, int dvsec, ulong hdm)
    {
        this.device = device;
        this.dvsec = dvsec;
        this.hdm = hdm;
    }

    /// <summary>Whose state it is.</summary>
    public PciDevice Device => device;

    /// <summary>Offset of its CXL device DVSEC.</summary>
    public int Dvsec => dvsec;

    /// <summary>The ranges of host addresses of its committed decoders.</summary>
    public IEnumerable<(ulong First, ulong Bytes)> Ranges => decoders.Select(d => (
        (ulong)d.Settings[0] << 32 | d.Settings[1], (ulong)d.Settings[2] << 32 | d.Settings[3]));

    /// <summary>Decoders that were found locked and committed after the reset, and so were not written.</summary>
    public int Retained { get; private set; }

    /// <summary>Whether a function other than the one that is reset has no cache to be quieted.</summary>
    public bool HasNoCache(uint capability) => hdm == 0 && (capability & CxlDvsec.Cache) == 0;

    /// <summary>Reads the state of a function.</summary>
    /// <param name="configuration">Configuration space.</param>
    /// <param name="mmio">Memory-mapped registers.</param>
    /// <param name="device">The function.</param>
    /// <param name="dvsec">Offset of its CXL device DVSEC.</param>
    /// <param name="hdm">Address of its HDM decoder capability; 0 for a function that has none.</param>
    /// <param name="backInvalidate">Address of its BI decoder; 0 without one.</param>
    /// <exception cref="ErrnoException">-ENXIO: the capability does not answer.</exception>
    public static async Task<CxlState> Save(IConfigurationBus configuration, IMmioBus mmio, PciDevice device, int dvsec, ulong hdm, ulong backInvalidate = 0)
    {
        var state = new CxlState(device, dvsec, hdm)
        {
            control = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Control, 2),
            control2 = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Control2, 2) & ~CxlDvsec.Commands,
            globalControl = hdm == 0 ? 0 : (uint)await mmio.ReadMmio(hdm + GlobalControl),
        };
        foreach (int offset in ranges)
            state.bases.Add((offset, await configuration.ReadConfig(device.Bdf, dvsec + offset)));
        if (hdm == 0)
            return state;
        uint capability = (uint)await mmio.ReadMmio(hdm);
        if (capability == uint.MaxValue || !Specification.HdmDecoderCount.TryDecode((byte)(capability & 0xF), out int count))
            throw new ErrnoException(Errno.ENXIO, $"The HDM decoder capability of {device.Bdf} reads 0x{capability:x8}; it was to be saved before a reset.");
        for (int i = 0; i < count; i++)
        {
            ulong at = hdm + (ulong)Specification.HdmCapabilityRegisters.DecoderOffset(i);
            uint word = (uint)await mmio.ReadMmio(at + Specification.HdmDecoderRegisters.ControlOffset);
            if ((word & Committed) == 0)
                continue;
            uint[] values = new uint[settings.Length];
            for (int register = 0; register < values.Length; register++)
                values[register] = (uint)await mmio.ReadMmio(at + settings[register]);
            state.decoders.Add((at, values, word));
        }

        uint enable = BiDecoder.Enable.Mask;
        if (backInvalidate != 0 && await PathRegisters.Holds(mmio, backInvalidate, PathCommit.BiDecoder, enable, enable))
            state.backInvalidate = backInvalidate;
        return state;
    }

    /// <summary>Writes the state back.</summary>
    /// <exception cref="ErrnoException">
    /// -EIO: a decoder is locked but not committed, or refuses; -EBUSY: one stays committed; -ETIMEDOUT: one neither commits nor refuses
    /// within 20 ms.
    /// </exception>
    public async Task Restore(IConfigurationBus configuration, IMmioBus mmio, ISoftwareClock clock)
    {
        foreach ((int offset, uint value) in bases)
            await configuration.WriteConfig(device.Bdf, dvsec + offset, value);
        await configuration.WriteConfig(device.Bdf, dvsec + CxlDvsec.Control, control, 2);
        await configuration.WriteConfig(device.Bdf, dvsec + CxlDvsec.Control2, control2, 2);
        if (backInvalidate != 0)
            await PathRegisters.Commit(mmio, clock, backInvalidate, PathCommit.BiDecoder, BiDecoder.Enable.Mask, device.Bdf.ToString());
        if (hdm != 0)
            await mmio.WriteMmio(hdm + GlobalControl, globalControl);
        foreach ((ulong at, uint[] values, uint word) in decoders)
            await Restore(mmio, clock, at, values, word);
    }

    private static Specification.BiDecoderRegisters BiDecoder => Specification.BiDecoderRegisters.For(port: false);

    private async Task Restore(IMmioBus mmio, ISoftwareClock clock, ulong at, uint[] values, uint word)
    {
        ulong where = at + Specification.HdmDecoderRegisters.ControlOffset;
        uint found = (uint)await mmio.ReadMmio(where);
        if (found == uint.MaxValue)
            throw Failed(Errno.EIO, at, "reads all ones");
        if ((found & Lock) != 0)
        {
            if ((found & Committed) == 0)
                throw Failed(Errno.EIO, at, "is locked but not committed");
            Retained++;
            return;
        }

        if ((found & Commit) != 0)
        {
            await mmio.WriteMmio(where, found & ~Commit);
            found = (uint)await mmio.ReadMmio(where);
        }

        if ((found & Committed) != 0)
            throw Failed(Errno.EBUSY, at, "stays committed when it is released");
        for (int register = 0; register < values.Length; register++)
            await mmio.WriteMmio(at + settings[register], values[register]);
        uint asked = (word | Commit) & ~(Committed | NotCommitted);
        await mmio.WriteMmio(where, asked);
        for (int polls = 0; polls < CommitPolls; polls++)
        {
            found = (uint)await mmio.ReadMmio(where);
            if (found == uint.MaxValue)
                throw Failed(Errno.EIO, at, "reads all ones");
            if ((found & NotCommitted) != 0)
            {
                await mmio.WriteMmio(where, asked & ~Commit);
                throw Failed(Errno.EIO, at, "refuses to commit what it held before");
            }

            if ((found & Committed) != 0)
                return;
            await clock.Wait(commitPoll);
        }

        throw Failed(Errno.ETIMEDOUT, at, "has not committed within 20 ms");
    }

    private ErrnoException Failed(Errno errno, ulong at, string what) =>
        new(errno, $"The HDM decoder of {device.Bdf} at offset 0x{at - hdm:x} of its capability {what} after a reset.");
}
