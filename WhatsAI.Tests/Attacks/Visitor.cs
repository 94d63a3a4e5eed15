using System.Net;
using System.Text.RegularExpressions;

namespace WhatsAI.Tests.Attacks;

/// <summary>A browser without a screen: cookies of its own, a network address of its own, redirects shown and not followed.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false };
    private readonly HttpClient _http;

    public Visitor(Uri console, string address)
    {
        _http = new HttpClient(_handler) { BaseAddress = console, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public CookieCollection Cookies => _handler.CookieContainer.GetCookies(new Uri(_http.BaseAddress!, "/sign-in"));

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);

    public Task<HttpResponseMessage> GetAsync(string path, bool asPage = true, string language = "en")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", asPage ? "text/html" : "*/*");
        request.Headers.Add("Accept-Language", language);
        return SendAsync(request);
    }

    /// <summary>Opens the page, fills its form in and posts it, as a browser does.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(
        string path,
        string form,
        IReadOnlyDictionary<string, string> fields,
        string language = "en"
    )
    {
        using var page = await GetAsync(path, language: language);
        return await PostAsync(path, form, TokenOf(await page.Content.ReadAsStringAsync(Ct)), fields, language);
    }

    public Task<HttpResponseMessage> PostAsync(
        string path,
        string form,
        string? token,
        IReadOnlyDictionary<string, string> fields,
        string language = "en"
    )
    {
        var all = new Dictionary<string, string>(fields, StringComparer.Ordinal) { ["_handler"] = form };
        if (token is not null)
        {
            all["__RequestVerificationToken"] = token;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(all) };
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", language);
        return SendAsync(request);
    }

    public Task<HttpResponseMessage> SignInAsync(string email, string password, string language = "en") =>
        SubmitAsync(
            "/sign-in",
            "sign-in",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Email"] = email, ["Form.Password"] = password },
            language
        );

    /// <summary>What stands in the page's alert; null without one.</summary>
    public static async Task<string?> AlertAsync(HttpResponseMessage answer)
    {
        var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Ct));
        return Alert().Match(text) is { Success: true } match ? Tag().Replace(match.Value, " ") : null;
    }

    /// <summary>The token of a page's form.</summary>
    public static string TokenOf(string html) => Token().Match(html).Groups[1].Value;

    /// <summary>Puts a cookie into this browser, as a page of another host of the same domain could.</summary>
    public void Plant(Cookie cookie) => _handler.CookieContainer.Add(_http.BaseAddress!, cookie);

    /// <summary>What the proxy says of how the visitor came.</summary>
    public void ComeBy(string scheme) => _http.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("<[^>]*role=\"alert\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex Alert();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();
}
