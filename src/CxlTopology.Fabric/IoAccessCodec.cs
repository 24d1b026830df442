using System.Runtime.InteropServices;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>How a register access crosses to another process.</summary>
public sealed class IoAccessCodec() : RecordCodec(1, typeof(IoAccess))
{
    private const int PortsMax = 256;

    /// <inheritdoc/>
    public override void Write(object record, WireBuffer to)
    {
        var access = (IoAccess)record;
        to.WriteInt32(access.Route.Length);
        foreach (ushort port in access.Route)
            to.WriteUInt16(port);
        to.WriteByte((byte)access.Space);
        to.WriteInt32(access.Offset);
        to.WriteUInt32(access.Value);
        to.WriteBool(access.IsWrite);
    }

    /// <inheritdoc/>
    public override object Read(ref WireReader from)
    {
        var route = new ushort[from.ReadCount(PortsMax)];
        for (int i = 0; i < route.Length; i++)
            route[i] = from.ReadUInt16();
        var space = (RegisterSpace)from.ReadByte();
        if (!Enum.IsDefined(space))
            throw new WireException($"A register access is to a space of number {(int)space}, which this version does not know.");
        return new IoAccess(ImmutableCollectionsMarshal.AsImmutableArray(route), space, from.ReadInt32(), from.ReadUInt32(), from.ReadBool());
    }
}
