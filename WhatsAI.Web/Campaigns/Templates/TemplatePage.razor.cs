using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Proposals;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Templates;

/// <summary>One template being written: what is wrong is said while it is typed, beside it stands what a person would get.</summary>
public sealed partial class TemplatePage(
    TemplateQueries queries,
    TemplateActions actions,
    AiSettingsQueries ai,
    MediaActions media,
    NavigationManager navigation,
    IStringLocalizer<TemplatesText> texts
)
{
    private const string New = "new";
    private static readonly TemplateCatalog _nothing = new(new Dictionary<string, ContactField>(), new HashSet<string>());

    private TemplateView? _view;
    private TemplateView? _theirs;
    private TemplateDraft? _draft;
    private TemplateForm? _base;
    private TemplateCatalog _company = _nothing;
    private TemplateCatalog _asked = _nothing;
    private TemplatePerson? _person;
    private VariableNames _names = null!;
    private IReadOnlyList<(VariantLine Line, TemplateReading Reading)> _lines = [];
    private IReadOnlyList<TemplateUse> _uses = [];
    private uint _version;
    private string? _problem;
    private AiProvider? _provider;
    private bool _choosing;
    private bool _proposing;
    private bool _busy;
    private bool _tried;
    private bool _mayWrite;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [Parameter]
    public string TemplateId { get; set; } = "";

    private IStringLocalizer<TemplatesText> L => texts;

    protected override object Key => TemplateId;

    private bool IsNew => TemplateId == New;

    private bool Dirty => _mayWrite && _draft is not null && _base is not null && !TemplateDraft.Same(_draft.ToForm(), _base);

    /// <summary>What somebody may ask other wordings for.</summary>
    private IEnumerable<(string Key, string Text)> Askable =>
        _lines.Where(l => l.Reading.Problems.Count == 0).Select(l => (l.Line.Key, l.Line.Text));

    private IReadOnlyList<Segment<VariantMix>> Mixes =>
        [new(VariantMix.Fixed, L["mix.fixed"]), new(VariantMix.Shifting, L["mix.shifting"])];

    protected override void OnInitialized() => _names = new VariableNames(_nothing, texts);

    protected override Task OnParametersSetAsync()
    {
        _mayWrite = Shell.Allows(Permission.CampaignsWrite);
        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) => e is TemplatesChanged or ContactsChanged or TenantSettingsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var catalog = await queries.CatalogAsync(ct);
        var view = Id.TryParse<TemplateId>(TemplateId, out var id) ? await queries.FindAsync(id, ct) : null;
        var provider = await ai.ProviderAsync(ct);
        return () =>
        {
            _provider = provider;
            Show(catalog, view);
        };
    }

    private void Show(TemplateCatalog catalog, TemplateView? view)
    {
        (_company, _names) = (catalog, new VariableNames(catalog, texts));
        if (IsNew)
        {
            if (_draft is null || _view is not null)
            {
                _draft = TemplateDraft.New();
                (_view, _theirs, _base) = (null, null, _draft.ToForm());
            }
        }
        else if (view is null)
        {
            (_view, _draft, _theirs) = (null, null, null);
        }
        else if (!Dirty || _view?.Id != view.Id)
        {
            Take(view);
        }
        else if (view.Version != _version && !_busy)
        {
            // What somebody else saved waits until it is decided whose words stay.
            _theirs = view;
        }

        Read();
    }

    private void Take(TemplateView view)
    {
        _draft = TemplateDraft.Of(view);
        (_view, _theirs, _version, _base) = (view, null, view.Version, _draft.ToForm());
        (_chosen, _tried) = (null, false);
    }

    /// <summary>All that is shown of the texts, read anew.</summary>
    private void Read()
    {
        if (_draft is not { } draft)
        {
            return;
        }

        _asked = draft.CatalogOf(_company);
        _lines = [.. draft.Variants.Select(v => (v, TemplateText.Look(v.Text, _asked, draft.File is not null)))];
        _uses = [.. _lines.SelectMany(l => l.Reading.Text.Uses).DistinctBy(u => u.Name)];
    }

    private void Change(Action change)
    {
        change();
        Read();
    }

    private void Remove(VariantLine line) =>
        Change(() =>
        {
            var at = _draft!.Variants.IndexOf(line);
            _draft.Variants.RemoveAt(at);
            // What was written is not lost by a slip of the hand.
            OfferUndo(
                L["variant.removed", line.Key],
                () =>
                {
                    Change(() => _draft.Variants.Insert(Math.Min(at, _draft.Variants.Count), line));
                    return Task.CompletedTask;
                }
            );
        });

    private void TakeProposals(IReadOnlyList<string> texts)
    {
        _proposing = false;
        Change(() =>
        {
            foreach (var text in texts.TakeWhile(_ => _draft!.HasRoom))
            {
                _draft!.Add(text, proposed: true);
            }
        });
    }

    private void SetFallback(TemplateUse use) =>
        Change(() => _draft!.Variants.ForEach(v => v.Text = TemplateText.WithFallback(v.Text, use.Name, use.Fallback)));

    private async Task SaveAsync()
    {
        if (_draft is not { } draft || _busy)
        {
            return;
        }

        (_busy, _problem, _tried) = (true, null, true);
        var form = draft.ToForm();
        try
        {
            if (_view is null)
            {
                var id = await actions.CreateAsync(form, Gone);
                _base = form;
                Toasts.Show(L["saved"]);
                navigation.NavigateTo(Shell.Path($"campaigns/templates/{id}"), new NavigationOptions { ReplaceHistoryEntry = true });
            }
            else
            {
                await actions.ChangeAsync(_view.Id, form, _version, Gone);
                (_base, _theirs) = (form, null);
                Toasts.Show(L["saved"]);
                await SavedAsync();
            }
        }
        catch (RuleException broken) when (broken.Key == "template.changed-meanwhile")
        {
            _busy = false;
            await ReloadAsync();
        }
        catch (RuleException broken)
        {
            _problem = TextOf(broken);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _problem = Rules["database.away"];
        }
        catch (Exception e) when (UnstorableText.Is(e))
        {
            _problem = Rules["text.unstorable"];
        }
        finally
        {
            _busy = false;
        }
    }

    /// <summary>What was typed while it was saved stays, and is not saved yet.</summary>
    private async Task SavedAsync()
    {
        if (_view is not null && await queries.FindAsync(_view.Id, Gone) is { } view)
        {
            if (!Dirty)
            {
                Take(view);
            }

            (_view, _version) = (view, view.Version);
            Read();
        }
    }

    private void TakeTheirs()
    {
        Take(_theirs!);
        _problem = null;
        Read();
    }

    private void KeepMine() => (_view, _version, _theirs) = (_theirs, _theirs!.Version, null);

    private async Task ChooseAsync(ContactId id)
    {
        _choosing = false;
        await RunAsync(async () => _person = await queries.PersonAsync(id, Gone));
    }
}
