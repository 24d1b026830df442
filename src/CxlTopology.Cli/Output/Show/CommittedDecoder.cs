using CxlTopology.Specification;

namespace CxlTopology.Cli.Output;

/// <summary>A committed decoder, as its registers have it.</summary>
/// <param name="Component">Path of the host bridge, switch or endpoint.</param>
/// <param name="Name"><c>decoder0</c> and so on, in its component.</param>
/// <param name="Settings">The registers.</param>
/// <param name="Targets">Port number and the port's name, null if there is no such port, by slot; empty in an endpoint.</param>
/// <param name="DpaBase">First device address; null in a port.</param>
internal sealed record CommittedDecoder(string Component, string Name, HdmDecoderSettings Settings, IReadOnlyList<(int Number, string? Port)> Targets, Dpa? DpaBase)
{
    /// <summary>Targets, or device addresses, in words.</summary>
    public string Leads => DpaBase is { } dpa
        ? $"DPA {dpa}" + (Settings.DpaSkip.Bytes == 0 ? "" : $", skip {Settings.DpaSkip}")
        : string.Join(' ', Targets.Select(t => t.Port ?? $"(no port {t.Number})"));
}
