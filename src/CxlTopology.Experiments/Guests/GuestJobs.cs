using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>The jobs that a guest's drivers give the engines of its devices: each is started when the host has booted, or later as the file says, and heard of by interrupt.</summary>
/// <remarks>Started in the host's software, which the guest runs in; the driver does not wait there for the end.</remarks>
internal sealed class GuestJobs(GuestAgent agent)
{
    private readonly List<GuestJob> jobs = [];
    private readonly SortedDictionary<int, EngineDriver> drivers = []; // by device
    private readonly SortedDictionary<int, string> problems = []; // by place in the list

    /// <summary>The jobs, in the order of the file.</summary>
    public IReadOnlyList<GuestJob> All => jobs;

    /// <summary>Interrupts that told drivers of nothing.</summary>
    public long UnexpectedInterrupts => drivers.Values.Sum(d => d.Unexpected);

    /// <summary>Adds one.</summary>
    public void Add(GuestJob job) => jobs.Add(job);

    /// <summary>What a driver knows of one.</summary>
    public EngineJobState StateOf(int place) => problems.TryGetValue(place, out string? problem)
        ? new EngineJobState { Problem = problem }
        : drivers.TryGetValue(jobs[place].Device, out EngineDriver? driver) ? driver.StateOf(jobs[place].Number) : new EngineJobState();

    /// <summary>Starts one.</summary>
    public async Task Start(ulong place)
    {
        GuestJob job = jobs[(int)place];
        try
        {
            if (agent.Guest is not { } guest)
                throw new ErrnoException(Errno.ENODEV, $"{agent.Model.Name} does not run.");
            if (!drivers.TryGetValue(job.Device, out EngineDriver? driver))
                drivers.Add(job.Device, driver = new EngineDriver(guest, guest.Machine.Devices[job.Device]));
            await driver.Start(job.Number, job.Address, job.IsOwnMemory);
        }
        catch (ErrnoException problem)
        {
            problems[(int)place] = $"{problem.Errno}: {problem.Message}";
        }
    }
}
