package com.example.app;

import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

@SpringBootApplication
@RestController
public class App {

  private final RestClient api;

  App(@Value("${API:}") String api) {
    this.api = RestClient.create(api);
  }

  public static void main(String[] args) {
    SpringApplication.run(App.class, args);
  }

  @GetMapping("/me")
  Map<String, Object> me(@AuthenticationPrincipal OidcUser user) {
    return user.getClaims();
  }

  @GetMapping("/notes")
  String notes(@RegisteredOAuth2AuthorizedClient("latchkey") OAuth2AuthorizedClient client) {
    String token = client.getAccessToken().getTokenValue();
    return api.get().uri("notes").headers(headers -> headers.setBearerAuth(token)).retrieve().body(String.class);
  }
}
