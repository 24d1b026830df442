using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>
/// The CXL Cache ID Route Table capability, id 0xD: by which port each cache id is reached, in host bridges and upstream ports.
/// </summary>
public sealed class CacheIdRouteTableRegisters : IRegisterTable
{
    /// <summary>Cache ids there can be.</summary>
    public const int TargetsMax = 16;

    /// <summary>Offset of the control register in the capability.</summary>
    public const int ControlOffset = 0x04;

    /// <summary>Offset of the status register in the capability.</summary>
    public const int StatusOffset = 0x08;

    /// <summary>Offset of the first target; each has two bytes.</summary>
    public const int FirstTarget = 0x10;

    /// <summary>Devices with HDM-D that the largest table takes.</summary>
    public const int HdmDMax = 15;

    private static readonly CacheIdRouteTableRegisters?[] known = new CacheIdRouteTableRegisters?[TargetsMax + 1];

    private readonly Field<bool>[] valid;
    private readonly Field<byte>[] ports;

    private CacheIdRouteTableRegisters(int count)
    {
        Map = new($"CXL cache ID route table capability of {count}", FirstTarget + (((2 * count) + 3) & ~3), "CXL 3.0 §8.2.4.27");
        TargetCount = Map.Field<byte>("Cache ID Target Count", 0x00, 4, 0, HwInit, (byte)count);
        HdmDCount = Map.Field<byte>("HDM-D Type 2 Device Max Count", 0x00, 11, 8, HwInit, 1);
        ExplicitCommit = Map.Field<bool>("Explicit Cache ID RT Commit Required", 0x00, 16, 16, HwInit);
        Commit = Map.Field<bool>("Cache ID RT Commit", 0x04, 0, 0, RW);
        Committed = Map.Field<bool>("Cache ID RT Committed", 0x08, 0, 0, RO);
        NotCommitted = Map.Field<bool>("Cache ID RT Error Not Committed", 0x08, 1, 1, RO);
        TimeoutScale = Map.Field<byte>("Cache ID RT Commit Timeout Scale", 0x08, 11, 8, HwInit);
        TimeoutBase = Map.Field<byte>("Cache ID RT Commit Timeout Base", 0x08, 15, 12, HwInit, 1);
        valid = new Field<bool>[count];
        ports = new Field<byte>[count];
        for (int i = 0; i < count; i++)
        {
            valid[i] = Map.Field<bool>($"Cache ID {i} Valid", FirstTarget + (2 * i), 0, 0, RW);
            ports[i] = Map.Field<byte>($"Cache ID {i} Port Number", FirstTarget + (2 * i), 15, 8, RW);
        }
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>Cache ids the table has.</summary>
    public Field<byte> TargetCount { get; }

    /// <summary>Ports with type 2 devices with HDM-D below there may be; 0, a choice of this model, for as many as there are ids.</summary>
    public Field<byte> HdmDCount { get; }

    /// <summary>Changes take effect by commit only.</summary>
    public Field<bool> ExplicitCommit { get; }

    /// <summary>Software's request: from 0 to 1. The table as it is then comes into force, and stays so until the next commit.</summary>
    public Field<bool> Commit { get; }

    /// <summary>The table is in force.</summary>
    public Field<bool> Committed { get; }

    /// <summary>The last commit was refused.</summary>
    public Field<bool> NotCommitted { get; }

    /// <summary>0 to 7 are powers of ten from 1 us to 10 s.</summary>
    public Field<byte> TimeoutScale { get; }

    /// <summary>How long a commit takes at most, in units of the scale.</summary>
    public Field<byte> TimeoutBase { get; }

    /// <summary>The table for a number of cache ids. The same instance every time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not 1 to 16.</exception>
    public static CacheIdRouteTableRegisters For(int count)
    {
        if (count is < 1 or > TargetsMax)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A cache ID route table has 1 to {TargetsMax} targets.");
        lock (known)
            return known[count] ??= new CacheIdRouteTableRegisters(count);
    }

    /// <summary>Whether a cache id is routed.</summary>
    /// <exception cref="IndexOutOfRangeException">The table has no such id.</exception>
    public Field<bool> Valid(int cacheId) => valid[cacheId];

    /// <summary>By which port.</summary>
    /// <exception cref="IndexOutOfRangeException">The table has no such id.</exception>
    public Field<byte> Port(int cacheId) => ports[cacheId];
}
