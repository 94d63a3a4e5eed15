using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Canned;

/// <summary>A canned response being written, with how it reads for a customer. Made anew each time it is opened.</summary>
public sealed partial class CannedDialog(CannedResponseActions actions, IStringLocalizer<CannedText> texts)
{
    private string _code = "";
    private string _folder = "";
    private string _text = "";
    private string _for = nameof(CannedScope.Personal);
    private string? _filled;
    private string? _wrong;
    private string? _problem;
    private bool _busy;

    [Parameter]
    public bool Open { get; set; }

    /// <summary>Null: a new one.</summary>
    [Parameter]
    public CannedResponseRow? Row { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyList<string> Folders { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<TeamRow> Teams { get; set; } = [];

    /// <summary>May keep those of teams and of the company.</summary>
    [Parameter]
    public bool MayShare { get; set; }

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public EventCallback<string> OnSaved { get; set; }

    private IStringLocalizer<CannedText> L => texts;

    private string Fallback =>
        CannedTemplate.Write(CannedVariable.ContactFirstName).Replace("}}", $"|{L["fallback"]}}}}}", StringComparison.Ordinal);

    protected override void OnInitialized()
    {
        if (Row is not null)
        {
            (_code, _folder, _text) = (Row.Code, Row.Folder ?? "", Row.Text);
            _for = Row.TeamId?.ToString() ?? Row.Scope.ToString();
        }

        Preview();
    }

    private void Preview()
    {
        _wrong = null;
        try
        {
            var values = new CannedValues(L["sample.contact"], Shell.UserName, L["sample.number"], Shell.TenantName);
            _filled = CannedTemplate.Parse(_text).Fill(values, v => L["missing", L[CannedWords.VariableKey(v)]]).Text;
        }
        catch (RuleException broken)
        {
            // What read well last stays in view while a variable is being typed.
            _wrong = TextOf(broken);
        }
    }

    private async Task SaveAsync()
    {
        (_busy, _problem) = (true, null);
        try
        {
            var form = Form();
            await (Row is null ? actions.CreateAsync(form, Gone) : actions.ChangeAsync(Row.Id, form, Row.Version, Gone));
            await OnSaved.InvokeAsync(CannedResponse.CheckCode(_code));
        }
        catch (RuleException broken)
        {
            _problem = TextOf(broken);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _problem = Rules["database.away"];
        }
        finally
        {
            _busy = false;
        }
    }

    private CannedResponseForm Form() =>
        Id.TryParse<TeamId>(_for, out var team)
            ? new CannedResponseForm(CannedScope.Team, team, _code, _folder, _text)
            : new CannedResponseForm(Enum.Parse<CannedScope>(_for), Team: null, _code, _folder, _text);
}
