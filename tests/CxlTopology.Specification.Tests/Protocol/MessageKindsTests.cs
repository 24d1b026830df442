namespace CxlTopology.Specification.Tests;

/// <summary>What the codes of messages say is so of every message that crosses a link.</summary>
public sealed class MessageKindsTests
{
    private static readonly MessageKind[] crossing = [.. Enum.GetValues<MessageKind>().Where(k => MessageKinds.IsDownstream((byte)k) || MessageKinds.IsUpstream((byte)k))];

    [Fact]
    public void MayBeCoherent_OfEveryMessageOfACoherenceClass_IsTrue()
    {
        Assert.All(crossing.Where(k => MessageKinds.ClassOf((byte)k) is >= 2 and < MessageKinds.UncreditedClass), k => Assert.True(MessageKinds.MayBeCoherent((byte)k)));
        Assert.All(crossing.Where(k => MessageKinds.ClassOf((byte)k) < MessageKinds.CreditedClasses), k => Assert.False(MessageKinds.MayBeCoherent((byte)k)));
    }

    [Fact]
    public void HasData_IsOfWhatCarriesLines() => Assert.Equal(
        [MessageKind.M2SRwD, MessageKind.DmaData, MessageKind.H2DData, MessageKind.S2MDrs, MessageKind.DmaWrite, MessageKind.D2HData],
        crossing.Where(k => MessageKinds.HasData((byte)k)).Order());

    [Fact]
    public void IsDmaAnswer_OfAllCodes_IsOfFour() => Assert.Equal(
        [MessageKind.DmaTranslated, MessageKind.DmaData, MessageKind.DmaDone, MessageKind.DmaInvalidate],
        Enumerable.Range(0, 256).Where(k => MessageKinds.IsDmaAnswer((byte)k)).Select(k => (MessageKind)k));
}
