using System.Reflection;
using CxlTopology.Simulation;

namespace CxlTopology.Fabric.Tests;

/// <summary>Takes the state of an actor to another that stands for it, as a run over several processes does.</summary>
internal static class SavedState
{
    private delegate void Load(ComponentActor actor, ref WireReader from);

    public static void Carry(ComponentActor from, ComponentActor to)
    {
        var buffer = new WireBuffer();
        Method("SaveState").CreateDelegate<Action<ComponentActor, WireBuffer>>()(from, buffer);
        var reader = new WireReader(buffer.Written);
        Method("LoadState").CreateDelegate<Load>()(to, ref reader);
        reader.End();
    }

    private static MethodInfo Method(string name) => typeof(ComponentActor).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
}
