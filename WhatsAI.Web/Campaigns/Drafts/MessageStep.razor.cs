using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Campaigns.Templates;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>What is said: a template, and the values that its texts ask of the campaign.</summary>
public sealed partial class MessageStep(
    TemplateQueries queries,
    CampaignDraftActions actions,
    IStringLocalizer<DraftsText> texts,
    IStringLocalizer<TemplatesText> words
)
{
    // What is being typed, until it is saved: what somebody else saves meanwhile does not take its place.
    private readonly Dictionary<string, string> _writing = new(StringComparer.Ordinal);
    private IReadOnlyList<TemplateRow> _rows = [];
    private TemplateView? _template;
    private VariableNames _names = new(new TemplateCatalog(new Dictionary<string, ContactField>(), new HashSet<string>()), words);
    private IReadOnlyList<(VariantLine Line, TemplateReading Reading)> _lines = [];
    private IReadOnlyList<string> _asked = [];
    private string _typed = "";
    private bool _choosing;
    private bool _more;
    private bool _wrong;
    private bool _person;

    [Parameter, EditorRequired]
    public DraftWork Work { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    /// <summary>With whom in it the message is shown.</summary>
    [Parameter]
    public TemplatePerson? Person { get; set; }

    [Parameter]
    public EventCallback<TemplatePerson?> OnPerson { get; set; }

    private IStringLocalizer<DraftsText> L => texts;

    protected override object? Key => Work.Draft.Template;

    protected override bool Shows(ConsoleEvent e) => e is TemplatesChanged or ContactsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var company = await queries.CatalogAsync(ct);
        var template = Work.Draft.Template is { } id ? await queries.FindAsync(id, ct) : null;
        var page = await queries.PageAsync(_typed, ct: ct);
        return () =>
        {
            (_template, _rows, _more) = (template, page.Rows, page.Next is not null);
            var draft = template is null ? null : TemplateDraft.Of(template);
            var catalog = draft?.CatalogOf(company) ?? company;
            _names = new VariableNames(catalog, words);
            // What is not sent is not looked at either.
            _lines = draft is null
                ? []
                : [.. draft.Variants.Where(v => v.IsUsed).Select(v => (v, TemplateText.Look(v.Text, catalog, draft.File is not null)))];
            _asked = [.. catalog.Campaign.Order(StringComparer.Ordinal)];
            _wrong = draft is not null && (_lines.Count == 0 || _lines.Any(l => l.Reading.Problems.Count > 0));
        };
    }

    private Task FindAsync(string typed)
    {
        _typed = typed;
        return ReloadAsync();
    }

    private async Task ChooseAsync(TemplateId template)
    {
        if (await Work.Change(draft => actions.WriteAsync(draft.Id, template, draft.Values, draft.Version, CancellationToken.None)))
        {
            _choosing = false;
        }
    }

    private async Task SetAsync(string name, string? value)
    {
        var saved = await Work.Change(draft =>
        {
            var values = new Dictionary<string, string>(draft.Values, StringComparer.Ordinal) { [name] = value?.Trim() ?? "" };
            // What no text asks for any more is not kept.
            foreach (var old in values.Keys.Where(k => !_asked.Contains(k) || values[k].Length == 0).ToArray())
            {
                values.Remove(old);
            }

            return actions.WriteAsync(draft.Id, draft.Template!.Value, values, draft.Version, CancellationToken.None);
        });
        if (saved && _writing.GetValueOrDefault(name) == value)
        {
            _writing.Remove(name);
        }
    }

    private async Task PersonAsync(ContactId contact)
    {
        _person = false;
        await RunAsync(async () => await OnPerson.InvokeAsync(await queries.PersonAsync(contact, Gone)));
    }
}
