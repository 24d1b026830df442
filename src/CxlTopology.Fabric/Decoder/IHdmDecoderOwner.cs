namespace CxlTopology.Fabric;

/// <summary>A component with HDM decoders: it makes one when its registers are first touched.</summary>
internal interface IHdmDecoderOwner
{
    /// <summary>Makes the decoder with an index, as a child of the component.</summary>
    HdmDecoder MakeDecoder(int index);
}
