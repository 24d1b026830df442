using System.Globalization;

namespace CxlTopology.Description;

/// <summary>Reads what firmware writes.</summary>
internal sealed class FirmwareReader(IReadOnlyList<HostModel> hosts, IReadOnlyDictionary<string, EndpointPlace> places, ErrorSink errors)
{
    /// <summary>Entries of a file.</summary>
    public const int EntriesMax = 65_536;

    private readonly Lazy<FirmwareComponents> components = new(() => new FirmwareComponents(hosts, places));

    public IReadOnlyList<FirmwareEntry> Read(SectionReader root)
    {
        List<FirmwareEntry> entries = [];
        foreach (YamlNode node in root.List(RootKeys.Firmware, EntriesMax))
        {
            SectionReader section = SectionReader.Open(node, FirmwareKeys.Table, errors);
            section.CheckValues();
            if (section.TryGet(FirmwareKeys.Component, out string name)
                && components.Value.Find(name, section) is FirmwareComponents.Found found
                && ReadEntry(section, found) is FirmwareEntry entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    private static FirmwareEntry? ReadEntry(SectionReader section, FirmwareComponents.Found found)
    {
        bool decoder = section.Has(FirmwareKeys.Decoder);
        bool register = section.Has(FirmwareKeys.Offset) || section.Has(FirmwareKeys.Value);
        bool control = section.Has(FirmwareKeys.DvsecControl);
        if ((decoder ? 1 : 0) + (register ? 1 : 0) + (control ? 1 : 0) != 1)
        {
            section.Problem(DescriptionErrorCode.FirmwareEntryUnclear, section.Position,
                "an entry programs a decoder, writes a register or writes dvsec-control: exactly one of them",
                "Write \"decoder\" with its settings, \"offset\" and \"value\", or \"dvsec-control\".");
            return null;
        }

        if (control)
        {
            if (found.Component.Kind != FirmwareTargetKind.Endpoint)
            {
                section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(FirmwareKeys.DvsecControl),
                    "only an endpoint has the device DVSEC", "Name an endpoint.");
                return null;
            }

            return section.TryGet(FirmwareKeys.DvsecControl, out int value)
                ? new FirmwareDvsecControl { Component = found.Component, Value = (ushort)value, Position = section.Position } : null;
        }

        if (found.Decoders == 0)
        {
            section.Problem(DescriptionErrorCode.FirmwareNoDecoders, section.PositionOf(FirmwareKeys.Component),
                $"{PrintableText.Quote(found.Component.Name)} is a pass-through host bridge and has no decoders",
                "Set its \"passthrough: false\".");
            return null;
        }

        return decoder ? ReadDecoder(section, found) : ReadRegister(section, found);
    }

    private static FirmwareRegister? ReadRegister(SectionReader section, FirmwareComponents.Found found)
    {
        foreach (Key key in new Key[] { FirmwareKeys.Offset, FirmwareKeys.Value })
        {
            if (!section.Has(key))
            {
                section.Problem(DescriptionErrorCode.KeyMissing, section.Position,
                    $"a register write needs the key {PrintableText.Quote(key.Name)}", key.Sentence);
                return null;
            }
        }

        if (!section.TryGet(FirmwareKeys.Offset, out int offset) || !section.TryGet(FirmwareKeys.Value, out long value))
            return null;
        int length = 0x10 + (0x20 * found.Decoders);
        if (offset % 4 != 0 || offset >= length)
        {
            section.Problem(DescriptionErrorCode.FirmwareOffset, section.PositionOf(FirmwareKeys.Offset),
                string.Create(CultureInfo.InvariantCulture,
                    $"0x{offset:x} is not the offset of a register: the capability of {PrintableText.Quote(found.Component.Name)} has "
                    + $"0x{length:x} bytes"),
                "Offsets are multiples of 4 from the start of the HDM decoder capability.");
            return null;
        }

        return new FirmwareRegister { Component = found.Component, Offset = offset, Value = (uint)value, Position = section.Position };
    }

    private static FirmwareDecoder? ReadDecoder(SectionReader section, FirmwareComponents.Found found)
    {
        foreach (Key key in new Key[] { FirmwareKeys.Base, FirmwareKeys.Size })
        {
            if (!section.Has(key))
            {
                section.Problem(DescriptionErrorCode.KeyMissing, section.Position,
                    $"a decoder needs the key {PrintableText.Quote(key.Name)}", key.Sentence);
                return null;
            }
        }

        int index = section.Get(FirmwareKeys.Decoder);
        if (index >= found.Decoders)
        {
            section.Problem(DescriptionErrorCode.FirmwareDecoderIndex, section.PositionOf(FirmwareKeys.Decoder),
                string.Create(CultureInfo.InvariantCulture, $"{PrintableText.Quote(found.Component.Name)} has no decoder {index}"),
                string.Create(CultureInfo.InvariantCulture, $"Its decoders are 0 to {found.Decoders - 1}."));
        }

        int ways = section.Get(FirmwareKeys.Ways);
        bool device = found.Component.Kind == FirmwareTargetKind.Endpoint;
        IReadOnlyList<(int Value, SourcePosition Position)> targets = section.Values(FirmwareKeys.Targets, Kinds.Integer(0, 255), 8);
        if (device && section.Has(FirmwareKeys.Targets))
        {
            section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(FirmwareKeys.Targets),
                "an endpoint's decoder has no targets", "It has a DPA skip instead.");
        }
        else if (!device && targets.Count != ways)
        {
            section.Problem(DescriptionErrorCode.FirmwareTargets, section.PositionOf(FirmwareKeys.Targets),
                string.Create(CultureInfo.InvariantCulture, $"{ways} ways need {ways} targets, and there are {targets.Count}"),
                "List one port number for each way, at most 8.");
        }

        if (!device && section.Has(FirmwareKeys.Skip))
        {
            section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(FirmwareKeys.Skip),
                "only an endpoint's decoder skips device addresses", "Leave the key out.");
        }

        return new FirmwareDecoder
        {
            Component = found.Component,
            Decoder = index,
            Base = section.Get(FirmwareKeys.Base),
            Size = section.Get(FirmwareKeys.Size),
            Ways = ways,
            Granularity = section.Get(FirmwareKeys.Granularity),
            Targets = [.. targets.Select(target => target.Value)],
            Skip = section.Get(FirmwareKeys.Skip),
            HostOnly = section.Get(FirmwareKeys.HostOnly),
            Lock = section.Get(FirmwareKeys.Lock),
            Commit = section.Get(FirmwareKeys.Commit),
            Position = section.Position,
        };
    }
}
