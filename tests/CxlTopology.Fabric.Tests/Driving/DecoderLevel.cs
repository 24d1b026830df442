namespace CxlTopology.Fabric.Tests;

/// <summary>Where HDM decoders are, from the host down.</summary>
public enum DecoderLevel
{
    HostBridge,
    Switch,
    SecondSwitch,
    Type3,
    Type2,
}
