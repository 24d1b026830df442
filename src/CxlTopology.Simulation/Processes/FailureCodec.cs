namespace CxlTopology.Simulation;

/// <summary>How the report of a failed actor crosses to its parent's process.</summary>
internal sealed class FailureCodec() : RecordCodec(0, typeof(ActorFailure))
{
    public override void Write(object record, WireBuffer to)
    {
        var failure = (ActorFailure)record;
        to.WriteInt32(failure.ActorId);
        to.WriteText(failure.Path);
        to.WriteByte(failure.MessageKind);
        to.WriteInt32(failure.MessageSource);
        to.WriteInt64(failure.Time.Femtoseconds);
        to.WriteText(failure.ExceptionType);
        to.WriteText(Bounded(failure.Reason));
        to.WriteText(Bounded(failure.Trace));
        to.WriteByte(failure.Directive is { } directive ? (byte)(1 + (int)directive) : (byte)0);
    }

    public override object Read(ref WireReader from)
    {
        var failure = new ActorFailure(
            from.ReadInt32(), from.ReadText(), from.ReadByte(), from.ReadInt32(), new SimTime(from.ReadInt64()), from.ReadText(), from.ReadText(), from.ReadText());
        byte directive = from.ReadByte();
        if (directive > 1 + (int)SupervisionDirective.Stop)
            throw new WireException($"A directive is {directive}; 0 to {1 + (int)SupervisionDirective.Stop} are possible.");
        failure.Directive = directive == 0 ? null : (SupervisionDirective)(directive - 1);
        return failure;
    }

    private static string Bounded(string text) => text.Length <= 1 << 16 ? text : text[..(1 << 16)];
}
