using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>The ways from the host's software to its hardware: every access and every wait is counted, and before one of them something may happen.</summary>
internal sealed class CountingBus(CxlCore inner) : IConfigurationBus, IMmioBus, IMemoryBus, ISoftwareClock
{
    /// <summary>Accesses and waits so far.</summary>
    public int Count { get; private set; }

    /// <summary>Before which of them something happens; -1 for none.</summary>
    public int Place { get; private set; } = -1;

    private Action? Happens { get; set; }

    public SimTime Now => inner.Clock.Now;

    public VfioHardware Hardware => new(this, this, this, this);

    /// <summary>Counts from 0 again.</summary>
    /// <param name="place">Before which access something happens.</param>
    /// <param name="happens">What happens.</param>
    public void Start(int place = -1, Action? happens = null)
    {
        Count = 0;
        (Place, Happens) = (place, happens);
    }

    public Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4)
    {
        Step();
        return inner.Configuration.ReadConfig(function, offset, bytes);
    }

    public Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4)
    {
        Step();
        return inner.Configuration.WriteConfig(function, offset, value, bytes);
    }

    public Task<ulong> ReadMmio(ulong address, int bytes = 4)
    {
        Step();
        return inner.Mmio.ReadMmio(address, bytes);
    }

    public Task WriteMmio(ulong address, ulong value, int bytes = 4)
    {
        Step();
        return inner.Mmio.WriteMmio(address, value, bytes);
    }

    public Task<AccessStatus> ReadMemory(ulong address, Memory<byte> into)
    {
        Step();
        return inner.Memory.ReadMemory(address, into);
    }

    public Task<AccessStatus> WriteMemory(ulong address, ReadOnlyMemory<byte> data)
    {
        Step();
        return inner.Memory.WriteMemory(address, data);
    }

    public Task Wait(SimDuration delay)
    {
        Step();
        return inner.Clock.Wait(delay);
    }

    private void Step()
    {
        if (Count++ != Place || Happens is not { } happens)
            return;
        Happens = null;
        happens();
    }
}
