namespace CxlTopology.Software.Tests.Pci;

/// <summary>A data object exchange that answers as a test wants: its registers, and what software did to it.</summary>
/// <param name="answer">Makes the response to a request; null for silence.</param>
internal sealed class FakeMailbox(Func<uint[], uint[]?> answer)
{
    private const int Control = 0x08;
    private const int Status = 0x0C;
    private const int WriteMailbox = 0x10;
    private const int ReadMailbox = 0x14;
    private readonly List<uint> request = [];
    private uint[] response = [];
    private int position;

    /// <summary>Bits of the status that are always set: 1 is Busy, 4 Error.</summary>
    public uint Stuck { get; set; }

    /// <summary>Polls of the status until a response is ready.</summary>
    public int PollsUntilReady { get; set; }

    /// <summary>Error appears when GO is set.</summary>
    public bool FailsOnGo { get; set; }

    /// <summary>Requests that were handed over.</summary>
    public List<uint[]> Requests { get; } = [];

    /// <summary>Aborts so far.</summary>
    public int Aborts { get; private set; }

    public uint Read(int offset)
    {
        switch (offset)
        {
            case Status:
                bool ready = position < response.Length && PollsUntilReady-- <= 0;
                return Stuck | (ready ? 1u << 31 : 0);
            case ReadMailbox:
                return position < response.Length ? response[position] : 0;
            default:
                return 0;
        }
    }

    public void Write(int offset, uint value)
    {
        switch (offset)
        {
            case Control when (value & 1) != 0:
                Aborts++;
                request.Clear();
                response = [];
                break;
            case Control when value >> 31 != 0:
                Requests.Add([.. request]);
                response = answer([.. request]) ?? [];
                position = 0;
                request.Clear();
                Stuck |= FailsOnGo ? 4u : 0;
                break;
            case WriteMailbox:
                request.Add(value);
                break;
            case ReadMailbox:
                position++;
                break;
        }
    }
}
