using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Asks a memory device how much memory it has, and how that is divided.</summary>
internal sealed class PartitionProbe(CxlMemdev memdev)
{
    /// <exception cref="ErrnoException">The device refuses a command, or what it answers is too short (EIO).</exception>
    public async Task Read()
    {
        IdentifyMemoryDevice identity = IdentifyMemoryDevice.Read(await Ask(MailboxOpcode.Identify, IdentifyMemoryDevice.Length));
        memdev.Identity = identity;
        memdev.Capacity = identity.TotalCapacity;
        (ByteSize ram, ByteSize pmem) = (identity.VolatileOnly, identity.PersistentOnly);
        if (identity.PartitionAlignment.Bytes != 0)
        {
            PartitionInfo info = PartitionInfo.Read(await Ask(MailboxOpcode.GetPartitionInfo, PartitionInfo.Length));
            (ram, pmem) = (info.ActiveVolatile, info.ActivePersistent);
        }

        if (ram.Bytes != 0)
            memdev.Partitions.Add(new CxlPartition(IsPersistent: false, default, ram, QosClass: -1));
        if (pmem.Bytes != 0)
            memdev.Partitions.Add(new CxlPartition(IsPersistent: true, new Dpa(ram.Bytes), pmem, QosClass: -1));
    }

    private async Task<byte[]> Ask(MailboxOpcode opcode, int length)
    {
        byte[] answer = await memdev.Mailbox!.Send(opcode);
        return answer.Length >= length
            ? answer
            : throw new ErrnoException(Errno.EIO, $"{opcode} was answered with {answer.Length} bytes; its answer has {length}");
    }
}
