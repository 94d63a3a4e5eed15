namespace WhatsAI.Core.Inbox;

/// <summary>What a canned response can ask for; written in it by its <see cref="CannedVariables.NameOf">name</see>.</summary>
public enum CannedVariable
{
    ContactFirstName,
    ContactName,
    AgentFirstName,
    AgentName,
    NumberName,
    CompanyName,
}

public static class CannedVariables
{
    private static readonly (CannedVariable Variable, string Name)[] _names =
    [
        (CannedVariable.ContactFirstName, "contact.first_name"),
        (CannedVariable.ContactName, "contact.name"),
        (CannedVariable.AgentFirstName, "agent.first_name"),
        (CannedVariable.AgentName, "agent.name"),
        (CannedVariable.NumberName, "number.name"),
        (CannedVariable.CompanyName, "company.name"),
    ];

    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<CannedVariable> All { get; } = [.. _names.Select(n => n.Variable)];

    /// <summary>As it is written between the braces; the same in every language, as the texts are the company's.</summary>
    public static string NameOf(CannedVariable variable) => Array.Find(_names, n => n.Variable == variable).Name;

    /// <summary>Whatever the case; null where there is no such variable.</summary>
    public static CannedVariable? Find(ReadOnlySpan<char> name)
    {
        foreach (var (variable, known) in _names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return variable;
            }
        }

        return null;
    }
}
