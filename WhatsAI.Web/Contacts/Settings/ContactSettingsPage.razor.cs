using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Contacts.Settings;

/// <summary>What the company knows of its contacts and what it sorts them by.</summary>
public sealed partial class ContactSettingsPage(
    ContactCatalogQueries queries,
    FieldActions fields,
    TagActions tags,
    IStringLocalizer<ContactsText> texts
)
{
    private ContactCatalog _catalog = ContactCatalog.Empty;
    private ContactField? _field;
    private TagRow? _tag;
    private Deleting? _deleting;
    private bool _editingField;
    private bool _editingTag;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<ContactsText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is ContactsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var catalog = await queries.ReadAsync(ct);
        return () => _catalog = catalog;
    }

    private async Task SavedAsync()
    {
        (_editingField, _editingTag) = (false, false);
        Toasts.Show(L["saved"]);
        await ReloadAsync();
    }

    private Task AskAsync(ContactField field) =>
        RunAsync(async () =>
            _deleting = new Deleting(
                field.Name,
                "delete-field-text",
                await queries.HoldersAsync(field.Id, Gone),
                () => fields.DeleteAsync(field.Id, Gone)
            )
        );

    private Task AskAsync(TagRow tag) =>
        RunAsync(async () =>
            _deleting = new Deleting(
                tag.Name,
                "delete-tag-text",
                await queries.CarriersAsync(tag.Id, Gone),
                () => tags.DeleteAsync(tag.Id, Gone)
            )
        );

    private async Task DeleteAsync()
    {
        if (_deleting is not { } deleting)
        {
            return;
        }

        _deleting = null;
        if (await RunAsync(deleting.Delete))
        {
            Toasts.Show(L["deleted", deleting.Name]);
        }

        await ReloadAsync();
    }

    /// <param name="Text">A key: what is lost.</param>
    private sealed record Deleting(string Name, string Text, long Losers, Func<Task> Delete);
}
