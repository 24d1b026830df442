namespace CxlTopology.Akka;

/// <summary>Has an actor start: the kernel tells it at time zero, in the order of ids.</summary>
internal sealed class StartSignal
{
    private StartSignal()
    {
    }

    /// <summary>The only one.</summary>
    public static StartSignal Instance { get; } = new();
}
