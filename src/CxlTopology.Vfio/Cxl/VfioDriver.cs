namespace CxlTopology.Vfio;

/// <summary>A driver that a function is bound to: what happens when its first user opens it, and when its last one is gone.</summary>
public abstract class VfioDriver
{
    /// <summary>Its name.</summary>
    public abstract string Name { get; }

    /// <summary>The function is bound to it: what it refuses here is not bound.</summary>
    internal virtual void OnBind(VfioPciDevice device)
    {
    }

    /// <summary>It is bound to it no more.</summary>
    internal virtual void OnUnbind(VfioPciDevice device)
    {
    }

    /// <summary>Enables the device. What it has done when it fails is undone by <see cref="OnClose"/>.</summary>
    internal abstract Task OnOpen(VfioPciDevice device);

    /// <summary>Releases whatever <see cref="OnOpen"/> took, all of it or what there is.</summary>
    internal abstract Task OnClose(VfioPciDevice device);
}
