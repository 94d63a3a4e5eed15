using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Labels;

/// <summary>A word that the company sorts its conversations by ("complaint", "reseller"). A conversation may carry any number of them.</summary>
public sealed class Label : ITenantOwned
{
    public const int MaxNameLength = 40;

    /// <summary>The design's categories: colours that never mean a state.</summary>
    public const int Colours = 8;

    private Label() { }

    /// <exception cref="RuleException">The name or the colour is not acceptable.</exception>
    public Label(LabelId id, TenantId tenantId, string name, int colour, DateTimeOffset now)
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Change(name, colour);
    }

    public LabelId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique among the company's labels.</summary>
    public string FoldedName { get; private set; } = "";

    /// <summary>1 to <see cref="Colours"/>.</summary>
    public int Colour { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">The name is empty or longer than <see cref="MaxNameLength"/>, or there is no such colour.</exception>
    public void Change(string name, int colour)
    {
        var plain = OneLine.Clean(name);
        var folded = Fold(plain);
        if (plain.Length > MaxNameLength || folded.Length == 0)
        {
            throw new RuleException("label.name-invalid", MaxNameLength);
        }

        if (colour is < 1 or > Colours)
        {
            throw new RuleException("label.colour-invalid");
        }

        (Name, FoldedName, Colour) = (plain, folded, colour);
    }

    /// <summary>A name as names are compared: case, accents and spaces make no difference. Empty where nothing can be read in it.</summary>
    public static string Fold(string name) => OneLine.Fold(name);
}

/// <summary>A label on a conversation.</summary>
public sealed class ConversationLabel : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public ConversationId ConversationId { get; init; }

    public LabelId LabelId { get; init; }
}
