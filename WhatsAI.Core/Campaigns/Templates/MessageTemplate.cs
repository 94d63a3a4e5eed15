using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Campaigns.Templates;

public readonly record struct TemplateId(Guid Value) : IId<TemplateId>
{
    public static TemplateId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}

/// <summary>A campaign message as it is written: one file or none, and one text in one or more variants.</summary>
public sealed class MessageTemplate : ITenantOwned
{
    public const int MaxNameLength = 60;

    private MessageTemplate() { }

    /// <exception cref="RuleException">See <see cref="Rename"/> and <see cref="Rewrite"/>.</exception>
    public MessageTemplate(
        TemplateId id,
        TenantId tenantId,
        string name,
        VariantSet variants,
        MessageBody? file,
        TemplateCatalog catalog,
        DateTimeOffset now
    )
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Rename(name);
        Rewrite(variants, file, catalog);
    }

    public TemplateId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique among the company's templates.</summary>
    public string FoldedName { get; private set; } = "";

    public VariantSet Variants { get; private set; } = VariantSet.None;

    /// <summary>The stored file that goes out with every variant, without words; an image, a video or a document. Null for none.</summary>
    public MessageBody? File { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">Nothing can be read in it, or it is too long.</exception>
    public void Rename(string name)
    {
        var plain = OneLine.Clean(name);
        var folded = OneLine.Fold(plain);
        (Name, FoldedName) =
            plain.Length <= MaxNameLength && folded.Length > 0
                ? (plain, folded)
                : throw new RuleException("template.name-invalid", MaxNameLength);
    }

    /// <exception cref="RuleException">A variant's text cannot be sent to somebody, or the file is of a kind that carries no words.</exception>
    public void Rewrite(VariantSet variants, MessageBody? file, TemplateCatalog catalog)
    {
        if (file is not (null or ImageBody or VideoBody or DocumentBody))
        {
            throw new RuleException("template.file-invalid");
        }

        var whole = variants.Checked();
        foreach (var variant in whole.Variants)
        {
            TemplateText.Parse(variant.Text, catalog, file is not null);
        }

        (Variants, File) = (whole, file);
    }

    /// <summary>What goes out to one recipient.</summary>
    /// <param name="text">Filled in.</param>
    public MessageBody BodyOf(string text) => ScheduledMessage.BodyOf(File, text);
}
