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
        ScheduledFile? file,
        TemplateCatalog catalog,
        DateTimeOffset now
    )
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Rename(name);
        Rewrite(variants, file, catalog, now);
    }

    public TemplateId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique among the company's templates that are not archived.</summary>
    public string FoldedName { get; private set; } = "";

    public VariantSet Variants { get; private set; } = VariantSet.None;

    /// <summary>The stored file that goes out with every variant. Null for none.</summary>
    public MediaId? MediaId { get; private set; }

    /// <summary>What the file is sent as, without words: an image, a video or a document.</summary>
    public MessageBody? File { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When somebody last wrote it.</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Since when no new campaign takes it; null: it is offered. Campaigns that have it keep it.</summary>
    public DateTimeOffset? ArchivedAt { get; private set; }

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
    public void Rewrite(VariantSet variants, ScheduledFile? file, TemplateCatalog catalog, DateTimeOffset now)
    {
        if (file is not (null or { Body: ImageBody or VideoBody or DocumentBody }))
        {
            throw new RuleException("template.file-invalid");
        }

        var whole = variants.Checked();
        foreach (var variant in whole.Variants)
        {
            TemplateText.Parse(variant.Text, catalog, file is not null);
        }

        (Variants, ChangedAt) = (whole, now);
        (MediaId, File) = (file?.Id, file is null ? null : ScheduledMessage.BodyOf(file.Body, text: ""));
    }

    public void Archive(DateTimeOffset now) => ArchivedAt ??= now;

    public void Restore() => ArchivedAt = null;

    /// <summary>What goes out to one recipient.</summary>
    /// <param name="text">Filled in.</param>
    public MessageBody BodyOf(string text) => ScheduledMessage.BodyOf(File, text);
}
