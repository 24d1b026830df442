using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>Says in words what a node holds of a simulation.</summary>
public static class ShareDescription
{
    private const int NamesMax = 4;

    /// <summary>How many components and actors, the first few by name, and how far simulated time had come.</summary>
    /// <param name="simulation">The simulation, as any of its processes has it.</param>
    /// <param name="node">The node's number.</param>
    public static string Of(Simulation.Simulation simulation, int node)
    {
        var components = new List<string>();
        int count = 0;
        int actors = 0;
        for (int id = 1; id < simulation.places.Length; id++)
        {
            ref readonly ActorPlace place = ref simulation.places[id];
            if (place.Actor is not { } actor || simulation.places[place.Component].Owner != node)
                continue;
            actors++;
            if (place.Component != id)
                continue;
            if (++count <= NamesMax)
                components.Add(actor.Path);
        }

        string names = string.Join(", ", components) + (count > NamesMax ? ", …" : "");
        return string.Create(CultureInfo.InvariantCulture,
            $"{count:N0} {(count == 1 ? "component" : "components")} ({names}) with {actors:N0} actors; simulated time had come to {simulation.Progress.TotalNanoseconds / 1e3:N3} us");
    }
}
