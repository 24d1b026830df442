namespace CxlTopology.Experiments;

/// <summary>What one link carried.</summary>
/// <param name="From">The upper port.</param>
/// <param name="To">The lower port.</param>
/// <param name="Speed">Rate, width, flit mode.</param>
/// <param name="DownGigabytesPerSecond">Data written, over the simulated time of the traffic.</param>
/// <param name="UpGigabytesPerSecond">Data read, over the simulated time of the traffic.</param>
/// <param name="DownUtilization">Share of the slots down that were used, 0 to 1.</param>
/// <param name="UpUtilization">Share of the slots up that were used, 0 to 1.</param>
/// <param name="Waited">Messages that waited for a credit, both ways.</param>
public sealed record LinkReport(
    string From, string To, string Speed, double DownGigabytesPerSecond, double UpGigabytesPerSecond, double DownUtilization, double UpUtilization, long Waited);
