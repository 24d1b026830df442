using System.Text;
using Akka.Actor;

namespace CxlTopology.Akka;

/// <summary>The names that actors of a simulation have in Akka, which is stricter about them.</summary>
internal static class ActorNames
{
    /// <summary>The name itself where Akka takes it; otherwise with the characters it does not take as <c>%</c> and two digits.</summary>
    public static string For(string name)
    {
        if (ActorPath.IsValidPathElement(name))
            return name;
        var text = new StringBuilder();
        foreach (byte value in Encoding.UTF8.GetBytes(name.Length == 0 ? " " : name))
        {
            char character = (char)value;
            if (value != '$' && value != '%' && ActorPath.IsValidPathElement(character.ToString()))
                text.Append(character);
            else
                text.Append('%').Append(Convert.ToHexString([value]));
        }

        return text.ToString();
    }
}
