namespace CxlTopology.Experiments;

/// <summary>How far a guest has come.</summary>
public enum GuestStage
{
    /// <summary>Its monitor could not open a device or make the machine: nothing of it runs.</summary>
    NotStarted,

    /// <summary>The machine is there, and the CXL core in it could not be probed: no workload of it runs.</summary>
    NotBooted,

    /// <summary>It runs, and its driver could not make the region of one of its devices: workloads that go there do not run.</summary>
    Incomplete,

    /// <summary>It runs, with a region of each device that it does not pass on.</summary>
    Running,
}
