namespace CxlTopology.Simulation.Tests.Software;

/// <summary>A software actor whose program the test writes inline.</summary>
internal sealed class Program(Func<Program, Task> program) : SoftwareActor
{
    /// <summary>What the program noted, with the time.</summary>
    public List<string> Log { get; } = [];

    /// <summary>The actor it asks.</summary>
    public Connection Server { get; set; }

    /// <summary>Takes messages that nothing awaits; they are refused if absent.</summary>
    public Action<Message>? OnOther { get; set; }

    /// <summary>The program's clock.</summary>
    public SimTime Clock => Now;

    /// <summary>Notes something.</summary>
    public void Note(string what) => Log.Add($"{Now} {what}");

    /// <summary>Asks the server and awaits its answer.</summary>
    public async Task<ulong> Ask(ulong question)
    {
        Message answer = await Answer(Request(question));
        return answer.Argument;
    }

    /// <summary>Asks the server and gives the tag under which it will answer.</summary>
    public uint Request(ulong question)
    {
        uint tag = NewTag();
        var message = new Message { Kind = Message.FirstModelKind, Tag = tag, Argument = question, Payload = -1 };
        Send(ref message, Server);
        return tag;
    }

    /// <summary>Awaits a delay.</summary>
    public Task Wait(long nanoseconds) => Delay(SimDuration.FromNanoseconds(nanoseconds));

    /// <summary>Awaits a message by its tag.</summary>
    public Task<Message> Await(uint tag) => Answer(tag);

    /// <summary>A tag not in use.</summary>
    public uint FreshTag() => NewTag();

    /// <summary>Reads a record of an answer.</summary>
    public string Text(in Message message) => Record<string>(message);

    protected override Task RunAsync() => program(this);

    protected override void OnMessage(ref Message message)
    {
        if (OnOther is null)
            base.OnMessage(ref message);
        else
            OnOther(message);
    }
}
