using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox;

/// <summary>What the person before the list does, and what fades by itself.</summary>
public sealed partial class InboxPage
{
    private static readonly TimeSpan _typingFades = TimeSpan.FromSeconds(6);
    private readonly Dictionary<ConversationId, long> _typing = [];
    private ITimer? _typingTimer;

    [Microsoft.AspNetCore.Components.Inject]
    private TimeProvider Time { get; set; } = null!;

    /// <summary>Where the browser keeps this person's drafts of this company.</summary>
    internal string DraftPrefix => $"inbox/{member.UserId}/{Shell.TenantSlug}/draft/";

    /// <summary>The pointer is over the list, or the focus in it: nothing moves.</summary>
    internal Task HoldAsync(bool held)
    {
        _list.Hold(held);
        DrawList();
        return Task.CompletedTask;
    }

    /// <summary>To the next row, or to the one before; false at the end.</summary>
    internal bool Step(int step)
    {
        if (_terms is not null)
        {
            return _results?.Neighbour(step) is { } hit && Follow(hit);
        }

        if (_list.Neighbour(step) is not { } row)
        {
            return false;
        }

        return Follow(InboxUrl.Of(Shell, _list.Filter, row.Id));
    }

    private bool Follow(string address)
    {
        navigation.NavigateTo(address);
        return true;
    }

    internal Task BackAsync()
    {
        if (_list.Picked.Count > 0)
        {
            PickNone();
        }
        else if (Selected is not null)
        {
            navigation.NavigateTo(InboxUrl.Of(Shell, _list.Filter, search: _terms));
        }
        else if (_terms is not null)
        {
            LeaveSearch();
        }

        return Task.CompletedTask;
    }

    /// <summary>The drafts the browser keeps, by conversation.</summary>
    internal Task DraftsAsync(IReadOnlyDictionary<string, string> drafts)
    {
        foreach (var (conversation, text) in drafts)
        {
            if (Core.Common.Id.TryParse<ConversationId>(conversation, out var id))
            {
                Draft((id, text));
            }
        }

        DrawList();
        return Task.CompletedTask;
    }

    private void Go(InboxFilter filter) => navigation.NavigateTo(InboxUrl.Of(Shell, filter, Selected));

    private void Settle()
    {
        _list.Settle();
        DrawList();
    }

    private void Show(ConversationView view) => _view = view;

    private void Draft((ConversationId Id, string Draft) draft)
    {
        if (draft.Draft.Length == 0)
        {
            _drafts.Remove(draft.Id);
        }
        else
        {
            _drafts[draft.Id] = draft.Draft.Length > 80 ? draft.Draft[..80] : draft.Draft;
        }
    }

    private void ShowTyping(ConversationId id)
    {
        _typing[id] = Time.GetTimestamp();
        _typingTimer ??= Time.CreateTimer(_ => _ = InvokeAsync(FadeTyping), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    private void FadeTyping()
    {
        foreach (var id in _typing.Where(t => Time.GetElapsedTime(t.Value) >= _typingFades).Select(t => t.Key).ToArray())
        {
            _typing.Remove(id);
            DrawList();
        }

        if (_typing.Count == 0)
        {
            _typingTimer?.Dispose();
            _typingTimer = null;
        }
    }
}
