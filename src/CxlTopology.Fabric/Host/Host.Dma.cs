using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The part of a host that serves what devices ask of its memory by themselves, over CXL.io.</summary>
public sealed partial class Host
{
    /// <summary>The IOMMU; null of a host whose devices reach memory only by CXL.cache.</summary>
    public Iommu? Iommu { get; private set; }

    /// <summary>Gives the host an IOMMU; before it is added to a simulation.</summary>
    public Iommu AddIommu(IommuOptions settings)
    {
        if (Iommu is not null)
            throw new WiringException($"{Path} has an IOMMU already.");
        Iommu = new Iommu(settings, Options);
        Iommu.TagBase = AddAgent("iommu", Iommu);
        return Iommu;
    }

    /// <summary>The IOMMU refused a request of a device.</summary>
    internal void NoteRefusal(AccessStatus reason) => CountUnclaimed(reason);

    /// <summary>A device reads or writes memory.</summary>
    private void OnDma(ref Message message)
    {
        message.Agent = (int)RequesterOf(message);
        if (Iommu is not null)
        {
            HandOver(Iommu, ref message);
            return;
        }

        CountUnclaimed(AccessStatus.TranslationFault);
        DropPayload(ref message);
        message.Kind = (byte)(message.Kind == (byte)MessageKind.DmaTranslate ? MessageKind.DmaTranslated : MessageKind.DmaDone);
        message.Status = (byte)AccessStatus.TranslationFault;
        ToRequester(ref message);
    }

    /// <summary>What a device has asked for goes back by the bridge that it came from.</summary>
    private void ToRequester(ref Message message)
    {
        int bridge = message.Port - 1;
        if (bridge >= 0 && bridge < connections.Length && connections[bridge].IsWired)
            Send(ref message, connections[bridge], new SimTime(Math.Max(message.Time, Now.Femtoseconds)));
        else
            DropPayload(ref message);
    }

    /// <summary>Software wants to know when nothing of a range is under way any more.</summary>
    private void OnInvalidate(ref Message message)
    {
        if (Iommu is not null)
        {
            HandOver(Iommu, ref message);
            return;
        }

        CompleteIo(ref message, IoStatus.Ok, 0);
        ToAgent(ref message);
    }
}
