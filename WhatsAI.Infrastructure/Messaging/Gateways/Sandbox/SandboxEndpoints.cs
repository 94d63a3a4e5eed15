using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The routes of the pretended server and of its control page.</summary>
public static class SandboxEndpoints
{
    /// <summary>Opens the sandbox inside the console, if the configuration says so.</summary>
    public static void MapSandboxWhereEnabled(this IEndpointRouteBuilder app, string prefix)
    {
        if (app.ServiceProvider.GetRequiredService<SandboxOptions>().Enabled)
        {
            app.MapSandbox(prefix);
        }
    }

    /// <summary>Opens the sandbox under a path ("/sandbox"; "" for a process of its own). Needs <see cref="SandboxServer"/> among the services.</summary>
    public static void MapSandbox(this IEndpointRouteBuilder app, string prefix)
    {
        var server = app.ServiceProvider.GetRequiredService<SandboxServer>();
        var gate = new SandboxGate(server);
        var group = app.MapGroup(prefix).AllowAnonymous().DisableAntiforgery();
        var page = new SandboxPage(server, prefix);

        group.MapGet("/", http => page.Wanted(http) ? page.ShowAsync(http) : gate.RunAsync(http, Root));
        SandboxControlEndpoints.Map(group, server, page);

        void Route(string method, string path, SandboxKey key, Func<SandboxCall, Task<SandboxAnswer>> work, bool creates = false)
        {
            var route = new SandboxRoute(key, work, creates);
            group.MapMethods(path, [method], http => gate.RunAsync(http, route));
        }

        void Own(string method, string path, Func<SandboxCall, Task<SandboxAnswer>> work) =>
            Route(method, path + "/{instance}", SandboxKey.Instance, work);

        Route("POST", "/verify-creds", SandboxKey.Global, SandboxInstanceCalls.VerifyAsync);
        Route("POST", "/instance/create", SandboxKey.Global, SandboxInstanceCalls.CreateAsync, creates: true);
        Route("GET", "/instance/fetchInstances", SandboxKey.Any, SandboxInstanceCalls.FetchAsync);
        Own("GET", "/instance/connect", SandboxInstanceCalls.ConnectAsync);
        Own("GET", "/instance/connectionState", SandboxInstanceCalls.StateAsync);
        Own("POST", "/instance/restart", SandboxInstanceCalls.RestartAsync);
        Own("DELETE", "/instance/logout", SandboxInstanceCalls.LogoutAsync);
        Own("DELETE", "/instance/delete", SandboxInstanceCalls.DeleteAsync);
        Own("POST", "/instance/setPresence", SandboxInstanceCalls.SetPresenceAsync);

        Own("POST", "/settings/set", SandboxSettingCalls.SetAsync);
        Own("GET", "/settings/find", SandboxSettingCalls.FindAsync);
        Own("POST", "/webhook/set", SandboxSettingCalls.SetWebhookAsync);
        Own("GET", "/webhook/find", SandboxSettingCalls.FindWebhookAsync);

        Own("POST", "/message/sendText", SandboxMessageCalls.TextAsync);
        Own("POST", "/message/sendMedia", SandboxMessageCalls.MediaAsync);
        Own("POST", "/message/sendWhatsAppAudio", SandboxMessageCalls.AudioAsync);
        Own("POST", "/message/sendSticker", SandboxMessageCalls.StickerAsync);
        Own("POST", "/message/sendLocation", SandboxMessageCalls.LocationAsync);
        Own("POST", "/message/sendContact", SandboxMessageCalls.ContactAsync);
        Own("POST", "/message/sendReaction", SandboxMessageCalls.ReactionAsync);
        Own("POST", "/message/sendPoll", SandboxMessageCalls.PollAsync);

        Own("POST", "/chat/whatsappNumbers", SandboxChatCalls.NumbersAsync);
        Own("POST", "/chat/markMessageAsRead", SandboxChatCalls.MarkReadAsync);
        Own("POST", "/chat/sendPresence", SandboxChatCalls.PresenceAsync);
        Own("POST", "/chat/updateBlockStatus", SandboxChatCalls.BlockAsync);
        Own("POST", "/chat/fetchProfilePictureUrl", SandboxChatCalls.PictureAsync);
        Own("DELETE", "/chat/deleteMessageForEveryone", SandboxChangeCalls.DeleteAsync);
        Own("POST", "/chat/updateMessage", SandboxChangeCalls.UpdateAsync);
        Own("POST", "/chat/getBase64FromMediaMessage", SandboxFindCalls.Base64Async);
        Own("POST", "/chat/findMessages", SandboxFindCalls.MessagesAsync);
        Own("POST", "/chat/findChats", SandboxFindCalls.ChatsAsync);
        Own("POST", "/chat/findContacts", SandboxFindCalls.ContactsAsync);

        var unknown = new SandboxRoute(
            SandboxKey.None,
            call => Task.FromResult(SandboxAnswer.NotFound($"Cannot {call.Http.Request.Method} {Below(call.Http.Request.Path, prefix)}"))
        );
        group.Map("/{**path}", http => gate.RunAsync(http, unknown));
    }

    private static readonly SandboxRoute Root = new(SandboxKey.None, SandboxInstanceCalls.RootAsync);

    private static string Below(PathString path, string prefix) => path.Value![prefix.Length..];
}
