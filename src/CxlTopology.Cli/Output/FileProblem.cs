using System.Text.Json.Serialization;
using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Output;

/// <summary>Something wrong with a topology file or a file that it names.</summary>
/// <param name="Code">Its number, <c>CXT0112</c>; null for a region that cannot be programmed, and a guest that does not start.</param>
/// <param name="File">The file.</param>
/// <param name="Line">Line, from 1; 0 for the file as a whole.</param>
/// <param name="Column">Column, from 1; 0 for the file as a whole.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Help">What to do about it.</param>
/// <param name="Text">All of it as a person reads it, with the line and a caret.</param>
internal sealed record FileProblem(string? Code, string File, long Line, int Column, string Message, string Help, [property: JsonIgnore] string Text)
{
    /// <summary>An error of a topology file.</summary>
    public static FileProblem Of(DescriptionError error) => new(error.Id, error.File, error.Line, error.Column, error.Message, error.Help, error.Render());

    /// <summary>An error of a trace.</summary>
    public static FileProblem Of(TraceException error) => new(error.Id, error.Path, error.Line, error.Column, error.Problem, error.Help, error.Message);

    /// <summary>A guest that does not start.</summary>
    public static FileProblem OfGuest(TopologyModel model, GuestModel guest, GuestProblem problem) =>
        At(model, guest.Position, $"{guest.Name}: {problem}", problem.Advice);

    private static FileProblem At(TopologyModel model, SourcePosition at, string problem, string help) =>
        new(null, model.FileName, at.Line, at.Column, problem, help, $"{model.FileName}:{at}: error: {problem}\n  help: {help}");

    /// <summary>A region that no programming of the decoders can make, as the planner tells it: <c>region0: …</c>.</summary>
    public static FileProblem OfBoot(TopologyModel model, string problem)
    {
        string name = problem.Split(':')[0];
        SourcePosition at = model.Regions.FirstOrDefault(r => r.Name == name)?.Position ?? default;
        return At(model, at, problem, "Order the endpoints otherwise, or take others, or another granularity.");
    }
}
