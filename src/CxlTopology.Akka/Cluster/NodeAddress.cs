using System.Globalization;
using System.Net;
using Akka.Actor;

namespace CxlTopology.Akka;

/// <summary>Where a node listens: a host and a port.</summary>
/// <param name="Host">An address of IP version 4 or 6 (without brackets), or a name.</param>
/// <param name="Port">0 to 65,535; 0 takes a free one.</param>
public readonly record struct NodeAddress(string Host, int Port)
{
    /// <summary>The name of the actor system that every node has, so that addresses need not say it.</summary>
    public const string SystemName = "cxltopo";

    private const string ProtocolPart = "://";

    /// <summary>A free port of this machine that no other can reach: the default.</summary>
    public static NodeAddress Loopback { get; } = new("127.0.0.1", 0);

    /// <summary>Whether only this machine can reach it. A name counts when all its addresses do.</summary>
    public bool IsLoopback
    {
        get
        {
            if (IPAddress.TryParse(Host, out IPAddress? address))
                return IPAddress.IsLoopback(address);
            try
            {
                return Dns.GetHostAddresses(Host) is { Length: > 0 } all && all.All(IPAddress.IsLoopback);
            }
            catch (Exception error) when (error is System.Net.Sockets.SocketException or ArgumentException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether it means every address of the machine, which other nodes cannot call.</summary>
    public bool IsAny => IPAddress.TryParse(Host, out IPAddress? address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>Reads <c>HOST:PORT</c>, <c>[v6]:PORT</c>, or an address of Akka as a log shows it: <c>akka.tcp://cxltopo@HOST:PORT</c>.</summary>
    public static bool TryParse(string text, out NodeAddress address)
    {
        address = default;
        int protocol = text.IndexOf(ProtocolPart, StringComparison.Ordinal);
        if (protocol >= 0)
        {
            string rest = text[(protocol + ProtocolPart.Length)..];
            int at = rest.IndexOf('@', StringComparison.Ordinal);
            if (text[..protocol] is not ("akka.tcp" or "akka.ssl.tcp") || at < 0 || rest[..at] != SystemName)
                return false;
            text = rest[(at + 1)..].TrimEnd('/');
        }

        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > IPEndPoint.MaxPort)
            return false;
        string host = text[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (bracketed)
            host = host[1..^1];
        bool version6 = host.Contains(':', StringComparison.Ordinal);
        if (bracketed != version6 || (version6 ? !IPAddress.TryParse(host, out _) : Uri.CheckHostName(host) == UriHostNameType.Unknown))
            return false;
        address = new NodeAddress(host, port);
        return true;
    }

    /// <summary><c>HOST:PORT</c>.</summary>
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}") : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    internal static NodeAddress Of(Address address) => new((address.Host ?? "").Trim('[', ']'), address.Port ?? 0);

    internal Address ToAkka(bool encrypted) => new(encrypted ? "akka.ssl.tcp" : "akka.tcp", SystemName, Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host, Port);
}
