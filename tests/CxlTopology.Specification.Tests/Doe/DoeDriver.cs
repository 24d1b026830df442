namespace CxlTopology.Specification.Tests;

/// <summary>What a driver does with a mailbox: the registers by their offsets, nothing else.</summary>
internal static class DoeDriver
{
    public const uint Abort = 1;
    public const uint InterruptEnable = 2;
    public const uint Go = 0x8000_0000;
    public const uint Busy = 1;
    public const uint InterruptStatus = 2;
    public const uint Error = 4;
    public const uint Ready = 0x8000_0000;

    public static uint Status(DoeMailbox mailbox) => mailbox.Peek(0x0C);

    public static void Submit(DoeMailbox mailbox, params ReadOnlySpan<uint> request)
    {
        foreach (uint dword in request)
            mailbox.Write(0x10, dword);
        mailbox.Write(0x08, Go);
    }

    /// <summary>The response that is ready, header and all, by the length in its second dword.</summary>
    public static uint[] Receive(DoeMailbox mailbox)
    {
        List<uint> response = [];
        int length = 2;
        while (response.Count < length)
        {
            Assert.Equal(Ready, mailbox.Read(0x0C) & (Ready | Error | Busy));
            response.Add(mailbox.Read(0x14));
            mailbox.Write(0x14, 0xFFFF_FFFF);
            if (response.Count == 2)
                length = (int)response[1];
        }

        Assert.Equal(0u, mailbox.Read(0x0C) & (Ready | Error | Busy));
        return [.. response];
    }

    public static uint[] Exchange(DoeMailbox mailbox, params ReadOnlySpan<uint> request)
    {
        Submit(mailbox, request);
        Assert.Equal(Busy, Status(mailbox) & (Ready | Error | Busy));
        Assert.True(mailbox.Complete());
        return Receive(mailbox);
    }
}
