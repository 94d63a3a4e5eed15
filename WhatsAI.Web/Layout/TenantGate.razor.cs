using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Tenancy;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace WhatsAI.Web.Layout;

/// <summary>
/// Takes the tenant from the address (<c>/t/{slug}/…</c>), enters it for the whole circuit and says to the layout whose console this is. A circuit enters
/// one tenant only: another slug is a page load.
/// </summary>
public sealed partial class TenantGate(
    TenantDoor door,
    TenantQueries queries,
    CurrentMember member,
    AuthenticationStateProvider sessions,
    NavigationManager navigation,
    IStringLocalizer<TenancyText> texts
) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private CancellationToken _left;
    private const string SlugValue = "slug";
    private State _state;
    private string? _slug;
    private ShellContext? _shell;

    [Parameter, EditorRequired]
    public RouteData Route { get; set; } = null!;

    /// <summary>Draws the page, given its route without the slug, so that no page has to declare it.</summary>
    [Parameter, EditorRequired]
    public RenderFragment<RouteData> ChildContent { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> Session { get; set; } = null!;

    private IStringLocalizer<TenancyText> L => texts;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    // Kept, because what was cancelled may still ask after the source is disposed of.
    protected override void OnInitialized() => _left = _gone.Token;

    protected override async Task OnParametersSetAsync()
    {
        try
        {
            await EnterAsync();
        }
        catch (Exception e)
            when (_left.IsCancellationRequested && (e is OperationCanceledException or ObjectDisposedException || DatabaseAway.Is(e)))
        {
            // The page was left before its door was open; its scope is gone.
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _state = State.Away;
        }
    }

    private async Task EnterAsync()
    {
        var slug = SlugOf(Route);
        if (slug is null)
        {
            _state = State.Outside;
            return;
        }

        if ((await Session).User.ConsoleUserId() is not { } user || (_slug is not null && _slug != slug))
        {
            _state = State.Leaving;
            navigation.NavigateTo(navigation.Uri, forceLoad: true);
            return;
        }

        if (_slug is null)
        {
            var entry = await door.EnterAsync(slug, user, _left);
            if (entry is null)
            {
                _state = State.NotFound;
                return;
            }

            (sessions as SessionWatch)?.Attend();
            _shell = Shell(entry, await queries.OfUserAsync(user, _left));
            _slug = slug;
        }

        var asks = Route.PageType.GetCustomAttribute<RequiresPermissionAttribute>();
        _state = asks is not null && member.Allows(asks.Permission) ? State.Entered : State.Forbidden;
    }

    private ShellContext Shell(TenantEntry entry, IReadOnlyList<TenantRow> tenants) =>
        new(
            entry.Name,
            entry.Slug,
            entry.DisplayName,
            Initials.Of(entry.DisplayName),
            L[TenancyText.RoleKey(entry.Role)],
            [.. tenants.Select(t => new ShellTenant(t.Name, t.Slug))],
            TimeZoneInfo.FindSystemTimeZoneById(entry.TimeZone),
            entry.UserId,
            RolePermissions.Of(entry.Role)
        );

    private RouteData PageRoute() =>
        new(
            Route.PageType,
            Route.RouteValues.Where(v => !IsSlug(v.Key)).ToDictionary(v => v.Key, v => v.Value, StringComparer.OrdinalIgnoreCase)
        );

    private static string? SlugOf(RouteData route) => route.RouteValues.FirstOrDefault(v => IsSlug(v.Key)).Value as string;

    private static bool IsSlug(string key) => string.Equals(key, SlugValue, StringComparison.OrdinalIgnoreCase);

    private enum State
    {
        Asking,
        Entered,
        Forbidden,
        NotFound,
        Away,
        Outside,
        Leaving,
    }
}
