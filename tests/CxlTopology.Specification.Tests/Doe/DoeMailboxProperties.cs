using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

/// <summary>Any sequence of accesses, from a fixed seed.</summary>
public sealed class DoeMailboxProperties
{
    private static readonly int[] offsets = [0x04, 0x08, 0x0C, 0x10, 0x14];

    private static Config Seeded { get; } = Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(400).WithReplay(0xD0E, 0x1E99);

    [Fact]
    public void AnyAccesses_NeverThrowAndKeepTheRules() =>
        Check.One(Seeded, Prop.ForAll(Accesses.ToArbitrary(), accesses => Array.TrueForAll(accesses, new Run().Keeps)));

    [Fact]
    public void AnyAccesses_ThenAnAbort_ThenAnExchange_Works() =>
        Check.One(
            Seeded,
            Prop.ForAll(
                Accesses.ToArbitrary(),
                accesses =>
                {
                    Run run = new();
                    foreach (Access access in accesses)
                        run.Keeps(access);
                    run.Mailbox.Write(0x08, DoeDriver.Abort);
                    uint[] expected = [0x0056_1234, 5, 0, 1, 42];
                    return DoeDriver.Exchange(run.Mailbox, [0x0056_1234, 4, 1, 42]).AsSpan().SequenceEqual(expected);
                }));

    [Fact]
    public void AnyTable_ReadThroughTheMailbox_IsTheSameByteForByte() =>
        Check.One(
            Seeded.WithMaxTest(100),
            Prop.ForAll(
                Tables.ToArbitrary(),
                table =>
                {
                    DoeMailbox mailbox = new([new EchoProtocol(), new CdatAccess(table)]);
                    CdatDownload download = new();
                    while (download.State == CdatDownloadState.Asking)
                        download.Accept(DoeDriver.Exchange(mailbox, download.NextRequest()));
                    return download.State == CdatDownloadState.Done && download.ToBytes().AsSpan().SequenceEqual(table.ToBytes());
                }));

    private static Gen<Cdat> Tables { get; } =
        from ranges in Gen.Choose(0, 6)
        from isInitiator in ArbMap.Default.GeneratorFor<bool>()
        from latency in Gen.Choose(1, int.MaxValue)
        from sequence in ArbMap.Default.GeneratorFor<uint>()
        select DeviceCdat.Of(
            [
                .. Enumerable.Range(0, ranges).Select(i => DeviceCdatTests.Persistent with
                {
                    Handle = (byte)i,
                    Base = new Dpa((ulong)i << 31),
                    Performance = new MemoryPerformance((uint)latency, 1, 2, 3),
                    SideCache = new ByteSize((ulong)i % 2),
                }),
            ],
            isInitiator,
            sequence);

    /// <summary>Accesses of a driver gone astray: mostly sensible dwords and commands, some not, and time passing.</summary>
    private static Gen<Access[]> Accesses { get; } =
        (from kind in Gen.Choose(0, 9)
         from offset in Gen.Elements(offsets)
         from dword in Gen.OneOf(
             Gen.Elements(0u, 1u, 2u, 3u, 4u, 0x0056_1234u, 0x0000_0001u, 0x0002_1E98u, 0x8000_0000u, 0x8000_0002u, uint.MaxValue),
             Gen.Choose(int.MinValue, int.MaxValue).Select(value => (uint)value))
         select new Access(kind, offset, dword)).ArrayOf();

    private readonly record struct Access(int Kind, int Offset, uint Dword);

    private sealed class Run
    {
        public DoeMailbox Mailbox { get; } = new([new EchoProtocol(), new CdatAccess(new Cdat([]))], 3, requestDwordsMax: 6);

        /// <summary>Does the access; false if the registers then contradict each other or their table.</summary>
        public bool Keeps(Access access)
        {
            bool aborted = false;
            switch (access.Kind)
            {
                case 0:
                    Mailbox.Complete();
                    break;
                case 1:
                    return Mailbox.Peek(access.Offset) == Mailbox.Read(access.Offset) && Consistent();
                case 2:
                    // A whole request at once, now and then, for the chance of a response.
                    DoeDriver.Submit(Mailbox, [0x0056_1234, 3, access.Dword % 8]);
                    break;
                default:
                    aborted = access.Offset == 0x08 && (access.Dword & DoeDriver.Abort) != 0;
                    Mailbox.Write(access.Offset, access.Dword);
                    break;
            }

            uint idle = DoeDriver.Busy | DoeDriver.Error | DoeDriver.Ready;
            return Consistent() && (!aborted || (Mailbox.Peek(0x0C) & idle) == 0);
        }

        private bool Consistent()
        {
            uint status = Mailbox.Peek(0x0C);
            int states = 0;
            foreach (uint state in new[] { DoeDriver.Busy, DoeDriver.Error, DoeDriver.Ready })
                states += (status & state) != 0 ? 1 : 0;
            return states <= 1
                && Mailbox.Peek(0x04) == 7
                && (Mailbox.Peek(0x08) & ~DoeDriver.InterruptEnable) == 0
                && (status & ~(DoeDriver.Busy | DoeDriver.Error | DoeDriver.Ready | DoeDriver.InterruptStatus)) == 0
                && Mailbox.Pending == ((status & DoeDriver.Busy) != 0)
                && Mailbox.Ready == ((status & DoeDriver.Ready) != 0)
                && (Mailbox.Ready || Mailbox.Peek(0x14) == 0);
        }
    }
}
