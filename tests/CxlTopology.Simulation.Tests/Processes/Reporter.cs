namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>An actor with a beat, whose state may not be written or read.</summary>
internal sealed class Reporter : ComponentActor
{
    private ulong beats;

    public Connection Out { get; set; }

    /// <summary>Called when the digest asks for its state.</summary>
    public Action? OnAppend { get; set; }

    /// <summary>Called when its state is written for another process.</summary>
    public Action? OnSave { get; set; }

    /// <summary>Called when its state is taken over.</summary>
    public Action? OnLoad { get; set; }

    /// <summary>Called at each beat.</summary>
    public Action<Reporter>? OnBeat { get; set; }

    /// <summary>Sends a message that carries a record.</summary>
    public void SendRecord(object record)
    {
        var message = new Message { Kind = Message.FirstModelKind + 1, Payload = -1 };
        AttachRecord(ref message, record);
        Send(ref message, Out);
    }

    /// <summary>Sends plain messages.</summary>
    public void SendMany(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var message = new Message { Kind = Message.FirstModelKind + 1, Payload = -1 };
            Send(ref message, Out);
        }
    }

    /// <summary>Sends a message with a chain of payload lines.</summary>
    public void SendLines(int count)
    {
        var message = new Message { Kind = Message.FirstModelKind + 1, Payload = -1 };
        for (int i = 0; i < count; i++)
            AddLine(ref message).Fill((byte)i);
        Send(ref message, Out);
    }

    protected override void OnStart()
    {
        var beat = new Message { Kind = Message.FirstModelKind, Payload = -1 };
        Schedule(ref beat, SimDuration.FromNanoseconds(10));
    }

    protected override void Receive(ref Message message)
    {
        if (message.Kind != Message.FirstModelKind || ++beats == 30)
            return;
        if (beats == 10)
            OnBeat?.Invoke(this);
        Schedule(ref message, SimDuration.FromNanoseconds(10));
    }

    protected override void AppendState(ref RunDigest digest)
    {
        OnAppend?.Invoke();
        digest.Add(beats);
    }

    protected override void SaveState(WireBuffer to)
    {
        to.WriteUInt64(beats);
        OnSave?.Invoke();
    }

    protected override void LoadState(ref WireReader from)
    {
        OnLoad?.Invoke();
        beats = from.ReadUInt64();
    }
}
