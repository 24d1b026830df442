using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>A PCI function that is bound to VFIO: its regions, interrupts and configuration while it is open, its reset, its end.</summary>
public sealed partial class VfioPciDevice
{
    private const int FixedRegions = VfioRegionIndex.FirstDeviceRegion;
    private const uint FunctionResetCapable = 1 << 28;
    private readonly List<VfioRegion?> regions = [];
    private readonly VfioDriver driver;
    private TaskCompletionSource? busy; // an open, close or reset is under way
    private int opens;
    private bool hasFunctionReset;
    private bool resets;

    internal VfioPciDevice(VfioHost host, PciDevice function, VfioGroup group, int number, VfioDeviceOptions options, VfioDriver driver)
    {
        Host = host;
        Function = function;
        Group = group;
        Number = number;
        Options = options;
        this.driver = driver;
        Configuration = new VirtualConfiguration(this);
        Interrupts = new InterruptTable(this);
    }

    /// <summary>The function.</summary>
    public PciDevice Function { get; }

    /// <summary>Its IOMMU group.</summary>
    public VfioGroup Group { get; }

    /// <summary>Its memory BARs; none before it was first opened.</summary>
    public IReadOnlyList<VfioBar> Bars { get; private set; } = [];

    /// <summary>Its number among the character devices.</summary>
    public int Number { get; }

    /// <summary>How it is passed through.</summary>
    public VfioDeviceOptions Options { get; }

    /// <summary><c>0000:0d:00.0</c>.</summary>
    public string Name => Function.Bdf.ToString();

    /// <summary>The host.</summary>
    public VfioHost Host { get; }

    /// <summary>The hardware.</summary>
    public VfioHardware Hardware => Host.Hardware;

    /// <summary>Its driver, when it was bound, took it from the CXL core of the host.</summary>
    internal bool IsClaimed { get; set; }

    /// <summary>As a character device: the iommufd that it is bound to, and its number there; null while it is not.</summary>
    internal (IommufdFile File, uint Id)? Binding { get; set; }

    /// <summary>Its interrupts.</summary>
    public InterruptTable Interrupts { get; }

    /// <summary>Its configuration space as its user has it.</summary>
    public VirtualConfiguration Configuration { get; }

    /// <summary>Its CXL side; null while it is closed, or without.</summary>
    public VfioCxlCore? Cxl { get; internal set; }

    /// <summary>Whether somebody has it open.</summary>
    public bool IsOpen => opens > 0;

    /// <summary>Whether it has left the machine.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>Regions, those that are not there too.</summary>
    public int RegionCount => Math.Max(regions.Count, FixedRegions);

    /// <summary>Whether VFIO_DEVICE_RESET works.</summary>
    public bool CanReset => resets;

    /// <summary>Whether the user has memory decode on, and the device is there.</summary>
    public bool MemoryEnabled => IsOpen && !IsRemoved && Configuration.MemoryEnabled;

    /// <summary>What was done with the device, in order: for those who want to know what happened. At most 1,000 lines; then the oldest go.</summary>
    public IReadOnlyList<string> Log => log;

    private readonly List<string> log = [];

    /// <summary>A region; null if there is none of this index.</summary>
    public VfioRegion? FindRegion(ulong index) => index < (ulong)regions.Count ? regions[(int)index] : null;

    /// <summary>Adds a line to the log.</summary>
    internal void Note(string line)
    {
        const int LinesMax = 1000;
        if (log.Count == LinesMax)
            log.RemoveAt(0);
        log.Add(line);
    }

    /// <summary>Adds a region after the fixed ones; its index.</summary>
    internal int AddRegion(Func<int, VfioRegion> make)
    {
        regions.Add(make(regions.Count));
        return regions.Count - 1;
    }

    /// <summary>Replaces one of the fixed regions.</summary>
    internal void SetRegion(int index, VfioRegion region) => regions[index] = region;

    /// <summary>Whether an open, close or reset is under way.</summary>
    internal bool IsBusy => busy is not null;

    /// <summary>Completes when no open, close or reset is under way.</summary>
    internal async Task WhenReady()
    {
        while (busy is { } waitFor)
            await waitFor.Task;
    }

    /// <exception cref="ErrnoException">ENODEV: the device has left.</exception>
    internal void RequireThere()
    {
        if (IsRemoved)
            throw new ErrnoException(Errno.ENODEV, $"{Name} has left the machine.");
    }

    /// <summary>It is bound to its driver; what that refuses is thrown.</summary>
    internal void Bound() => driver.OnBind(this);

    /// <summary>It is bound to its driver no more.</summary>
    internal void Unbound() => driver.OnUnbind(this);

    /// <summary>One more user. The first one enables it; if that fails all is undone.</summary>
    internal async Task Open()
    {
        await WhenReady();
        RequireThere();
        if (opens++ > 0)
            return;
        await Alone(async () =>
        {
            try
            {
                await driver.OnOpen(this);
                Note("open");
            }
            catch (ErrnoException problem)
            {
                Note($"open failed: {problem.Errno}: {problem.Message}");
                await TearDown();
                opens = 0;
                throw;
            }
        });
    }

    /// <summary>One user less. With the last one everything is released.</summary>
    internal async Task Close()
    {
        await WhenReady();
        if (opens == 0 || --opens > 0)
            return;
        await Alone(TearDown);
        Note("close");
        if (IsRemoved)
            Host.Unbind(this); // its driver has waited for that
    }

    /// <summary>Takes the pages of all mappings out.</summary>
    internal void Zap()
    {
        if (Options.Fault == VfioFault.MappingKept)
            return;
        foreach (VfioRegion? region in regions)
            region?.Zap();
    }

    /// <summary>The device has left: mappings lose their pages, calls fail, its user hears of it.</summary>
    internal void Remove()
    {
        if (IsRemoved)
            return;
        IsRemoved = true;
        Zap();
        Note("removed");
        Interrupts.RaiseSingle(VfioIrqIndex.Error);
        Interrupts.RaiseSingle(VfioIrqIndex.Request);
    }

    /// <summary>What vfio-pci does before a driver does its own: configuration, regions, interrupts.</summary>
    internal async Task EnablePci(bool isCxl)
    {
        await SizeBars();
        await Configuration.Initialize();
        await Configuration.SetCommand(memory: true, master: false);
        await Interrupts.Initialize();
        regions.Clear();
        for (int index = 0; index < VfioRegionIndex.Rom; index++)
            regions.Add(new BarRegion(this, index, Bars.FirstOrDefault(b => b.Index == index)));
        regions.Add(new BarRegion(this, VfioRegionIndex.Rom, null));
        regions.Add(new ConfigRegion(this));
        regions.Add(null); // no VGA
        hasFunctionReset = Configuration.Express != 0
            && (await Hardware.Configuration.ReadConfig(Function.Bdf, Configuration.Express + 4) & FunctionResetCapable) != 0;
        resets = hasFunctionReset && (!isCxl || Options.Dialect == VfioDialect.V3);
        Note("vfio-pci enabled");
    }

    /// <summary>Offers a reset that is not the function's.</summary>
    internal void OfferReset() => resets = true;

    private async Task TearDown()
    {
        await Interrupts.Disable();
        foreach (VfioRegion? region in regions)
        {
            foreach (VfioMapping mapping in region?.Mappings.ToArray() ?? [])
                mapping.Zap();
        }

        if (!IsRemoved && regions.Count > 0)
            await Configuration.ForceMemory(); // the user may have turned it off, and decoders are released by registers
        await driver.OnClose(this);
        if (regions.Count > 0 && Options.Fault != VfioFault.RegistersKept)
            await Configuration.GiveBack();
        if (!IsRemoved && regions.Count > 0)
            await Configuration.SetCommand(memory: true, master: false);

        await Detach();
        regions.Clear();
        resets = false;
    }

    /// <summary>Sizes BARs of a function that was only discovered.</summary>
    private async Task SizeBars()
    {
        const int FirstBar = 0x10;
        const int Command = 0x04;
        Bars = [.. Function.Bars.Select(b => new VfioBar(b.Index, b.Base, b.Size, b.Is64Bit))];
        if (Bars.All(b => b.Size != 0))
            return;
        var sized = new List<VfioBar>();
        uint command = await Hardware.Configuration.ReadConfig(Function.Bdf, Command, 2);
        await Hardware.Configuration.WriteConfig(Function.Bdf, Command, command & ~2u, 2);
        foreach (VfioBar bar in Bars)
        {
            int at = FirstBar + 4 * bar.Index;
            uint low = await Hardware.Configuration.ReadConfig(Function.Bdf, at);
            uint high = bar.Is64Bit ? await Hardware.Configuration.ReadConfig(Function.Bdf, at + 4) : 0;
            ulong mask = await Ones(at) & ~0xFul | (bar.Is64Bit ? (ulong)await Ones(at + 4) << 32 : 0xFFFF_FFFFul << 32);
            await Hardware.Configuration.WriteConfig(Function.Bdf, at, low);
            if (bar.Is64Bit)
                await Hardware.Configuration.WriteConfig(Function.Bdf, at + 4, high);
            sized.Add(bar with { Size = ~mask + 1 });
        }

        Bars = sized;
        await Hardware.Configuration.WriteConfig(Function.Bdf, Command, command, 2);
    }

    private async Task<uint> Ones(int at)
    {
        await Hardware.Configuration.WriteConfig(Function.Bdf, at, uint.MaxValue);
        return await Hardware.Configuration.ReadConfig(Function.Bdf, at);
    }

    private Task Alone(Func<Task> work) => AloneWith([this], work);

    private static async Task AloneWith(IReadOnlyList<VfioPciDevice> devices, Func<Task> work)
    {
        var mine = new TaskCompletionSource();
        foreach (VfioPciDevice device in devices)
            device.busy = mine;
        try
        {
            await work();
        }
        finally
        {
            foreach (VfioPciDevice device in devices)
                device.busy = null;
            mine.SetResult();
        }
    }
}
