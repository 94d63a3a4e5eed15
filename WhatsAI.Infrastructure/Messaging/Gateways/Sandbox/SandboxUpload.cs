using System.Buffers.Text;
using System.Net;
using System.Text;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>A file of a send: multipart, pure base64, or a URL. The sandbox fetches only from loopback: it must not become a way into a network.</summary>
internal static class SandboxUpload
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
        MaxResponseContentBufferSize = 64 * 1024 * 1024,
    };

    public static async Task<(byte[] Bytes, string? MimeType, string? FileName)> ReadAsync(SandboxCall call, string field)
    {
        if (call.File is { } file)
        {
            return (file.Bytes, file.MimeType, file.FileName);
        }

        var text = call.Required(field);
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return await FetchAsync(url, call.Gone);
        }

        if (text.Length == 0 || !Base64.IsValid(Encoding.UTF8.GetBytes(text)))
        {
            throw new SandboxRefusal(SandboxAnswer.BadRequest("Owned media must be a url or base64"));
        }

        return (Convert.FromBase64String(text), null, null);
    }

    private static async Task<(byte[] Bytes, string? MimeType, string? FileName)> FetchAsync(Uri url, CancellationToken gone)
    {
        if (!url.IsLoopback || !IPAddress.TryParse(url.Host, out _))
        {
            throw new SandboxRefusal(SandboxAnswer.Crash("AxiosError: getaddrinfo ENOTFOUND " + url.Host));
        }

        try
        {
            using var answer = await Http.GetAsync(url, gone);
            answer.EnsureSuccessStatusCode();
            var bytes = await answer.Content.ReadAsByteArrayAsync(gone);
            return (bytes, answer.Content.Headers.ContentType?.MediaType, Path.GetFileName(url.LocalPath));
        }
        catch (HttpRequestException)
        {
            throw new SandboxRefusal(SandboxAnswer.Crash("AxiosError: Request failed"));
        }
    }
}
