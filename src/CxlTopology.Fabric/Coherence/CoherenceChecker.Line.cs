using System.Numerics;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What the checker knows of one line.</summary>
public sealed partial class CoherenceChecker
{
    private sealed class Line(int sources)
    {
        /// <summary>Writes that are remembered: a read may return any that was in force while it was under way.</summary>
        public const int WritesKept = 64;

        private const int LineBytes = 64;
        private byte[]? bytes; // what it holds, and after that what memory has; most lines are read and never written, and need neither
        private ulong knownBytes = CoherenceLog.AllBytes;
        private bool isPoisoned;
        private bool isStoredPoisoned;

        public readonly LineState[] States = new LineState[sources];
        private (long Time, ulong Hash)[] writes = []; // the last of them, by number modulo its length, which grows to WritesKept
        private ulong poisonedWrites; // a bit for each of them after which the line was poisoned

        /// <summary>Writes so far.</summary>
        public int Count;

        /// <summary>Whether all bytes of the line are known.</summary>
        public bool Known => knownBytes == CoherenceLog.AllBytes;

        /// <summary>Since when, in femtoseconds.</summary>
        public long KnownSince { get; private set; } = long.MinValue;

        /// <summary>Its last write is nowhere: no cache holds it modified, and memory has something else.</summary>
        public bool HasVanished => Known && Count > 0 && !States.Contains(LineState.Modified)
            && !isStoredPoisoned && (isPoisoned || !Stored.SequenceEqual(Content));

        private Span<byte> Content => (bytes ??= new byte[2 * LineBytes]).AsSpan(0, LineBytes);

        private Span<byte> Stored => (bytes ??= new byte[2 * LineBytes]).AsSpan(LineBytes);

        /// <summary>When a write took effect, in femtoseconds.</summary>
        /// <param name="write">Its number: one of the last <see cref="WritesKept"/>.</param>
        public long TimeOf(int write) => writes[write % writes.Length].Time;

        /// <summary>Whether the line, after a write that is remembered, reads as this.</summary>
        public bool Reads(int write, ulong hash) => writes[write % writes.Length].Hash == hash && (poisonedWrites >> (write % WritesKept) & 1) == 0;

        /// <summary>A write has taken effect.</summary>
        public void Write(ReadOnlySpan<byte> data, in CoherenceEvent write)
        {
            bool wasKnown = Known;
            // The writer had all of an unknown line before its eyes: what it has is what there is.
            ulong written = !wasKnown && write.IsWhole ? CoherenceLog.AllBytes : write.Value;
            Merge(Content, data, written);
            knownBytes |= written;
            isPoisoned = IsPoisonedBy(write, isPoisoned);
            if (!Known)
                return;
            if (Count == writes.Length && Count < WritesKept)
                Array.Resize(ref writes, Math.Max(1, Count * 2)); // until it is full numbers are places
            int place = Count++ % writes.Length;
            writes[place] = (write.Time, CoherenceLog.HashOf(Content));
            poisonedWrites = (poisonedWrites & ~(1UL << place)) | (isPoisoned ? 1UL << place : 0);
            if (!wasKnown)
                KnownSince = write.Time;
        }

        /// <summary>Memory was written.</summary>
        public void Store(ReadOnlySpan<byte> data, in CoherenceEvent write)
        {
            Merge(Stored, data, write.Value);
            isStoredPoisoned = IsPoisonedBy(write, isStoredPoisoned);
        }

        /// <summary>What it holds is not known any more.</summary>
        public void Lose()
        {
            knownBytes = 0;
            isPoisoned = false;
            isStoredPoisoned = false;
            KnownSince = long.MaxValue;
        }

        private static bool IsPoisonedBy(in CoherenceEvent write, bool before) => write.IsPoisoned || (before && write.Value != CoherenceLog.AllBytes);

        private static void Merge(Span<byte> line, ReadOnlySpan<byte> data, ulong bytes)
        {
            if (bytes == CoherenceLog.AllBytes)
            {
                data.CopyTo(line);
                return;
            }

            for (; bytes != 0; bytes &= bytes - 1)
            {
                int i = BitOperations.TrailingZeroCount(bytes);
                line[i] = data[i];
            }
        }
    }
}
