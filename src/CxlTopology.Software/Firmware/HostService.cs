using CxlTopology.Simulation;

namespace CxlTopology.Software;

/// <summary>A service of a host's software, as an actor of the host asks for it.</summary>
/// <param name="Program">Who gets the question.</param>
/// <param name="Number">Which service it is.</param>
public readonly record struct HostService(HostProgram Program, ulong Number)
{
    /// <summary>The question.</summary>
    /// <param name="argument">What the answer has as its argument: below 2^48.</param>
    /// <param name="address">What it is about.</param>
    public Message Ask(ulong argument, ulong address) => HostProgram.Question(Number, argument, address);
}
