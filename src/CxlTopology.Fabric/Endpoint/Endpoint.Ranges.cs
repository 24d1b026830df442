using System.Globalization;
using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The ranges of the device DVSEC: what an endpoint decodes by while HDM decoders are disabled, and how its memory comes up.</summary>
public abstract partial class Endpoint
{
    /// <summary>Decodes by the ranges of the device DVSEC.</summary>
    private void RouteByRange(ref Message message, AccessStatus otherwise)
    {
        ulong first = Bursts.FirstLine(message);
        if (!Function!.TryRange(first, out ulong dpa))
        {
            RefuseBack(ref message, otherwise);
            return;
        }

        // The lines of a page that follow each other stay together; with holes between them each goes alone.
        if (message.Length > 1 && BitOperations.PopCount(message.Argument) != 64 - BitOperations.LeadingZeroCount(message.Argument) - BitOperations.TrailingZeroCount(message.Argument))
        {
            int line = DetachLines(ref message);
            for (ulong rest = message.Argument; rest != 0;)
            {
                Message single = TakeLine(message, ref rest, ref line);
                RouteByRange(ref single, otherwise);
            }

            return;
        }

        message.Time += Options.DecodeLatency.Femtoseconds;
        if (dpa >= Capacity.Bytes || Capacity.Bytes - dpa < (ulong)message.Length * PayloadBytes)
        {
            RefuseBack(ref message, AccessStatus.DpaOutOfRange);
            return;
        }

        if (Has(message, AccessFlags.Traced))
        {
            Explain(Path, null, string.Create(CultureInfo.InvariantCulture, $"HDM decoders are disabled; a DVSEC range holds 0x{first:x}"),
                "DPA 0x" + dpa.ToString("x", CultureInfo.InvariantCulture), ("memEnable", 1UL), ("hdmEnable", 0UL));
        }

        message.Address = dpa;
        HandOver(Media, ref message);
    }

    /// <summary>Memory comes up, from the beginning.</summary>
    private void BeginMedia()
    {
        foreach ((ulong step, SimDuration after) in readiness.Begin())
        {
            var due = new Message { Kind = (byte)MessageKind.MediaReady, Argument = step, Payload = -1 };
            Schedule(ref due, after);
        }

        TellMedia();
    }

    private void TellMedia()
    {
        MadeFunction?.SetMedia(readiness.InfoValid, readiness.Active);
        deviceRegisters?.SetMedia(readiness.Active ? MediaStatus.Ready : MediaStatus.NotReady);
    }
}
